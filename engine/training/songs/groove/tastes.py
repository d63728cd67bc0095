"""What families share: kinds of harmony, of beat, of instruments."""

JAZZY = {"swing", "slow swing", "fast swing", "jazz waltz", "bossa", "samba", "five", "show", "funk"}
SWUNG = {"swing", "slow swing", "fast swing", "shuffle", "jazz waltz", "five"}
HEAVY = {"metal", "punk", "rock"}
FOLK = {"bluegrass", "polka", "march", "country", "fast waltz", "waltz"}
MACHINES = {"dance", "hip-hop", "drum and bass"}
LOOSE = {"hip-hop", "funk", "drum and bass", "reggae"}  # sixteenths may swing
CLAVE = {"salsa", "slow latin", "bossa"}
# Programs of General MIDI, counted from 0, that play melodies.
LEADS = dict(any=[0, 4, 11, 12, 22, 24, 25, 26, 27, 40, 52, 56, 57, 60, 64, 65, 66, 68, 71, 73, 75, 80, 81, 105, 110],
             heavy=[29, 30, 27, 81, 16], jazz=[0, 11, 26, 56, 57, 64, 65, 66, 71, 73],
             machines=[80, 81, 82, 84, 87, 90, 4, 62], folk=[21, 22, 24, 25, 40, 71, 73, 105, 110, 0])


def leads(rng, family):
    """Programs that may play the melody."""
    heavy = family in HEAVY and rng.random() < 0.7
    kind = ("heavy" if heavy else "jazz" if family in JAZZY else "machines" if family in MACHINES else
            "folk" if family in FOLK else "any")
    return LEADS[kind]


def kits(family):
    """Programs of drum kits."""
    return [25, 24, 0, 8] if family in MACHINES else [40, 32, 0, 8] if family in JAZZY else [0, 0, 8, 16, 24]
