"""Claims and posts about many things, so that a test's own stand among others as they do at a desk."""

from dataclasses import replace

from index.model import Claim, Post, Wording
from sankofa.desk import Desk
from tests.sankofa.desks import collected

POST = "Un convoi de cinq mille véhicules de l'armée malienne a quitté Gao pour Kidal ce matin"
CLAIM = "Un convoi de cinq mille véhicules de l'armée malienne a quitté Gao pour Kidal"

OTHERS = (
    "La population de Niamey a arrêté un camion-citerne destiné aux soldats français",
    "Le président de la transition tchadienne a été blessé par balle sur le front du nord",
    "La Russie crée une nouvelle monnaie pour remplacer le franc CFA",
    "Mohamed Bazoum a signé sa lettre de démission devant les caméras",
    "Un vaccin contre le paludisme rend les enfants stériles au Burkina Faso",
    "Des mercenaires ont débarqué par dizaines à l'aéroport de N'Djamena",
    "Le barrage de Sélingué a cédé et menace les villages en aval",
    "Une école de Djibo a rouvert avec deux mille élèves le même jour",
    "Les pharmacies de Ouagadougou vendent de l'insuline périmée",
    "Le prix du sac de riz a doublé en une semaine au marché de Mopti",
    "La foule a pris d'assaut la base militaire étrangère de Niamey",
    "Le drapeau d'une société privée flotte sur le fort de la ville",
)


def build_claim(claim_id: str, *texts: str, **fields: object) -> Claim:
    """Build a claim in French that first appeared in November 2023."""
    claim = Claim(id=claim_id, wordings=tuple(Wording("fr", text) for text in texts), first_appeared_on="2023-11-14")
    return replace(claim, **fields)  # type: ignore[arg-type]  # whatever a claim has


def keep(desk: Desk, claim: Claim) -> Claim:
    """Keep a claim as it is, without what a workflow does besides."""
    return desk.store.revise(claim, expected_revision=0)


def keep_others(desk: Desk) -> None:
    """Keep a dozen claims about other things."""
    for number, text in enumerate(OTHERS, start=1):
        keep(desk, build_claim(f"C-2022-{number:04d}", text))


def say(name: str, text: str = POST) -> Post:
    """Build the post that :func:`tests.sankofa.desks.collected` brings under this name."""
    return collected(name, text=text).post
