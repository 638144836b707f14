#!/bin/sh
# prepare.sh FOLDER PASSWORD_FILE NAME...: what the nodes need before they start, made once, as root, from their own image.
# FOLDER gets node.crt, good for every NAME and its own authority, and node.key, which only group 0 may read: nodes are in
# that group, the desk is not. PASSWORD_FILE, if there is none yet, gets a password, which only the user 1000 may read.
set -eu
umask 077
folder=$1 password=$2
shift 2

if [ ! -e "$password" ]; then
    head -c 24 /dev/urandom | base64 >"$password.new"
    chown 1000 "$password.new"
    mv "$password.new" "$password"
fi

if [ ! -e "$folder/node.crt" ]; then
    scratch=$(mktemp -d)
    names=$(IFS=, && echo "$*")
    elasticsearch-certutil cert --silent --pem --self-signed --days 1825 --name node --dns "$names" --ip 127.0.0.1 \
        --out "$scratch/node.zip"
    unzip -q "$scratch/node.zip" -d "$scratch"
    install -m 640 -o 0 -g 0 "$scratch/node/node.key" "$folder/node.key"
    install -m 644 -o 0 -g 0 "$scratch/node/node.crt" "$folder/node.crt"
    rm -r "$scratch"
fi
