# The desk, for both compose files: Debian 12, its tesseract and Python 3.11, as CI tests it.
FROM python:3.11.14-slim-bookworm AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY verify verify
COPY index index
COPY crawlers crawlers
COPY reports reports
COPY sankofa sankofa
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheel . \
    && python -m venv /opt/sankofa \
    && /opt/sankofa/bin/pip install --no-cache-dir --only-binary :all: "$(echo /wheel/sankofa-*.whl)[demo,vision,provenance,semantic,timestamps,pdf]"

FROM python:3.11.14-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends fonts-noto-core tesseract-ocr tesseract-ocr-ara tesseract-ocr-eng tesseract-ocr-fra \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1000 --home-dir /data --no-create-home sankofa \
    && install -d -m 700 -o 1000 -g 1000 /data
COPY --from=build /opt/sankofa /opt/sankofa
# 0.0.0.0 is the container's own address: whoever publishes it says to whom
ENV PATH=/opt/sankofa/bin:$PATH SANKOFA_HOME=/data SANKOFA_HOST=0.0.0.0
USER 1000:1000
WORKDIR /data
EXPOSE 8377
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8377/', timeout=9)"]
ENTRYPOINT ["sankofa"]
CMD ["serve"]
