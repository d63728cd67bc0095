"""What the things that are made in plain tones are made of: ranges of tones, the matter of each, and the tone that is its
middle shade. What is not here stays a dark body of plain tones."""

from figure_things import (
    BLACK, BLUE_CLOTH, BRASS, BROWN_CRUST, BROWN_FUR, COPPER, CREAM_LACQUER, DARK_FUR, DARK_WOOD, GLASS, GOLD, GREEN_SKIN, GREY_FUR, ICE, IRON, IVORY,
    LEAF, LEATHER, MAIN, ORANGE, PALE_WOOD, PAPER, PINK, RED, RED_LACQUER, RUBBER, SILVER, SKIN, STEEL, STONE, TAN_FUR, WET_SKIN, WHITE, WHITE_FUR,
    WOOD, YELLOW,
)

GREEN, ALL = LEAF, 254


def all_of(matter, middle=110):
    return [(0, ALL, matter + MAIN, middle)]


def two(split, low, low_middle, high, high_middle):
    """What is darker than `split` of one matter, what is brighter of another, which takes colours."""
    return [(0, split, low, low_middle), (split + 1, ALL, high + MAIN, high_middle)]


CLAD = {
    # Beasts.
    "bear": two(12, BLACK, 110, BROWN_FUR, 72),
    "polar bear": two(12, BLACK, 110, WHITE_FUR, 232),
    "elephant": two(240, STONE, 165, IVORY, 250),
    "lion": [(0, 20, BLACK, 110), (21, 80, BROWN_FUR, 45), (81, ALL, TAN_FUR + MAIN, 150)],
    "tiger": [(0, 30, BLACK, 110), (31, 200, ORANGE + MAIN, 230), (201, ALL, WHITE_FUR, 230)],
    "rabbit": two(10, BLACK, 110, WHITE_FUR, 205),
    "rat": [(0, 125, GREY_FUR + MAIN, 100), (126, 240, PINK, 170), (241, ALL, BLACK, 110)],
    "frog": [(0, 5, BLACK, 110), (6, 130, WET_SKIN + MAIN, 105), (131, 200, GREEN_SKIN, 70), (201, ALL, YELLOW, 190)],
    "penguin": [(0, 60, BLACK + MAIN, 60), (61, 200, ORANGE, 160), (201, ALL, WHITE, 240)],
    "owl": [(0, 62, DARK_WOOD, 60), (63, 160, BROWN_FUR + MAIN, 85), (161, ALL, TAN_FUR, 160)],
    "crow": two(40, BLACK, 45, DARK_FUR, 60),
    "swan": [(0, 100, BLACK, 110), (101, 200, ORANGE, 150), (201, ALL, WHITE + MAIN, 245)],
    "flamingo": two(40, BLACK, 110, PINK, 150),
    "teddy bear": two(40, BLACK, 110, TAN_FUR, 130),
    "monkey": two(110, BROWN_FUR, 70, SKIN, 190),
    "kangaroo": all_of(TAN_FUR, 140),
    "giraffe": two(90, BROWN_FUR, 60, TAN_FUR, 150),
    "camel": all_of(TAN_FUR, 140),
    "pig": two(10, BLACK, 110, PINK, 170),
    "sheep": two(70, DARK_FUR, 40, WHITE_FUR, 215),
    "goat": two(90, GREY_FUR, 70, WHITE_FUR, 200),
    "crocodile": two(210, GREEN_SKIN, 110, IVORY, 240),
    "seal": all_of(GREY_FUR, 90),
    "turtle": two(100, GREEN_SKIN, 90, GREEN_SKIN, 130),
    "crab": all_of(RED, 120),
    "octopus": all_of(RED, 150),
    "snail": two(130, SKIN, 130, BROWN_CRUST, 170),
    "duck": [(0, 80, LEAF, 80), (81, 160, WHITE_FUR + MAIN, 150), (161, ALL, ORANGE, 190)],
    "peacock": [(0, 10, BLUE_CLOTH, 4), (11, 130, BLUE_CLOTH + MAIN, 80), (131, 200, LEAF, 105), (201, ALL, BRASS, 230)],
    "bee": two(100, BLACK, 60, YELLOW, 200),
    "rooster": [(0, 60, BLACK, 60), (61, 120, YELLOW, 120), (121, 180, BROWN_CRUST + MAIN, 140), (181, ALL, RED, 150)],
    "bat": all_of(DARK_FUR, 50),
    "skeleton": all_of(IVORY, 230),
    "skull": two(20, BLACK, 60, IVORY, 230),
    "robot": two(80, IRON, 60, STEEL, 150),
    "doll": [(0, 5, BLACK, 110), (6, 90, BROWN_FUR, 60), (91, 200, BLUE_CLOTH + MAIN, 110), (201, ALL, SKIN, 180)],
    # Instruments, sound, pictures.
    "guitar": [(0, 60, DARK_WOOD, 40), (61, ALL, WOOD + MAIN, 105)],
    "electric guitar": [(0, 60, BLACK, 60), (61, ALL, RED_LACQUER + MAIN, 120)],
    "violin": [(0, 50, BLACK, 50), (51, ALL, WOOD + MAIN, 100)],
    "cello": [(0, 50, BLACK, 50), (51, ALL, WOOD + MAIN, 100)],
    "piano": two(200, BLACK, 60, IVORY, 240),
    "drum kit": two(150, RED_LACQUER, 90, BRASS, 200),
    "trumpet": all_of(BRASS, 160),
    "saxophone": two(20, BLACK, 110, BRASS, 205),
    "microphone stand": two(90, BLACK, 60, STEEL, 150),
    "microphone": two(90, BLACK, 60, STEEL, 150),
    "gramophone": [(0, 60, BLACK, 60), (61, 115, DARK_WOOD, 90), (116, ALL, BRASS + MAIN, 150)],
    "record player": [(0, 45, RUBBER, 40), (46, 120, WOOD + MAIN, 105), (121, 200, STEEL, 160), (201, ALL, IVORY, 240)],
    "radio": [(0, 70, DARK_WOOD, 60), (71, 130, WOOD + MAIN, 105), (131, ALL, BRASS, 200)],
    "boombox": two(120, BLACK, 60, STEEL, 190),
    "telephone": two(150, BLACK, 60, BRASS, 200),
    "camera": two(100, BLACK, 60, STEEL, 160),
    "film projector": two(90, BLACK, 60, STEEL, 150),
    "typewriter": two(120, BLACK, 60, IVORY, 220),
    "music box": [(0, 60, BLACK, 60), (61, 130, WOOD + MAIN, 105), (131, 200, GOLD, 170), (201, 235, SKIN, 190), (236, ALL, PINK, 200)],
    "disco ball": all_of(SILVER, 170),
    "oil lamp": two(170, BRASS, 130, GLASS, 200),
    "lamp": two(120, BRASS, 110, PAPER, 220),
    "mirror": two(180, GOLD, 130, SILVER, 235),
    "mantel clock": two(150, WOOD, 100, GOLD, 200),
    "grandfather clock": two(150, DARK_WOOD, 90, BRASS, 200),
    "alarm clock": two(60, BLACK, 60, RED, 120),
    "television": two(60, BLACK, 60, WOOD, 110),
    # Riches, games, paper.
    "coin": all_of(GOLD, 190),
    "hoard": all_of(GOLD, 190),
    "gold bars": all_of(GOLD, 190),
    "crown": two(90, RED, 90, GOLD, 160),
    "ring": two(180, GOLD, 150, ICE, 240),
    "necklace": all_of(GOLD, 120),
    "trophy": two(60, BLACK, 60, GOLD, 190),
    "bell": two(60, IRON, 60, BRASS, 130),
    "key": all_of(BRASS, 130),
    "padlock": all_of(STEEL, 60),
    "anchor": all_of(IRON, 110),
    "chains": all_of(STEEL, 130),
    "sword": [(0, 70, LEATHER, 50), (71, 130, GOLD, 110), (131, ALL, SILVER + MAIN, 190)],
    "dice": two(60, BLACK, 60, IVORY, 240),
    "playing cards": two(120, RED, 110, PAPER, 235),
    "chess pieces": two(110, BLACK, 60, IVORY, 220),
    "chess king": all_of(IVORY, 170),
    "money": two(110, GREEN_SKIN, 90, GREEN_SKIN, 190),
    "open book": two(140, LEATHER, 90, PAPER, 235),
    "stack of books": [(0, 60, BLUE_CLOTH, 50), (61, 110, RED, 90), (111, 170, LEATHER + MAIN, 140), (171, ALL, PAPER, 235)],
    "letter": two(150, RED, 110, PAPER, 235),
    "quill": two(120, BLACK, 80, WHITE, 230),
    "feather": all_of(WHITE, 160),
    "globe": two(110, WOOD, 90, BLUE_CLOTH, 150),
    "diamond": all_of(ICE, 180),
    "snowflake": all_of(ICE, 130),
    "snow globe": two(120, WOOD, 100, ICE, 200),
    "iceberg": all_of(WHITE, 210),
    # Worn.
    "ballet shoes": all_of(PINK, 190),
    "high heels": all_of(RED_LACQUER, 130),
    "top hat": two(60, BLACK, 60, BLACK, 110),
    "cowboy hat": all_of(LEATHER, 110),
    "mask": two(60, BLACK, 60, IVORY, 210),
    "umbrella": [(0, 70, DARK_WOOD, 60), (71, ALL, BLACK + MAIN, 90)],
    "suitcase": all_of(LEATHER, 100),
    # Kitchen and table.
    "bread": two(60, DARK_WOOD, 60, BROWN_CRUST, 150),
    "apple": two(100, DARK_WOOD, 80, RED, 120),
    "strawberry": [(0, 110, LEAF, 90), (111, ALL, RED + MAIN, 150)],
    "cherries": [(0, 100, LEAF, 80), (101, ALL, RED + MAIN, 140)],
    "pumpkin": [(0, 100, LEAF, 80), (101, ALL, ORANGE + MAIN, 140)],
    "ice cream": [(0, 150, BROWN_CRUST, 130), (151, ALL, PINK + MAIN, 220)],
    "pizza": two(120, RED, 110, YELLOW, 190),
    "cake": two(120, BROWN_CRUST, 100, PINK, 200),
    "cup": all_of(WHITE, 200),
    "teapot": all_of(WHITE, 180),
    "bottle": all_of(GREEN_SKIN, 110),
    "wine glass": [(0, 130, RED, 90), (131, ALL, ICE + MAIN, 200)],
    "tumbler": [(0, 160, ORANGE, 190), (161, ALL, ICE + MAIN, 220)],
    "candle": two(60, BRASS, 60, IVORY, 200),
    "lantern": two(150, IRON, 90, GLASS, 200),
    "cigarette": two(160, ORANGE, 140, PAPER, 235),
    "circus tent": two(150, RED, 62, IVORY, 240),
    "hourglass": two(120, WOOD, 90, YELLOW, 190),
    # Furniture and doors.
    "chair": all_of(WOOD, 100),
    "table": all_of(WOOD, 110),
    "bench": two(70, IRON, 50, WOOD, 110),
    "door": two(150, WOOD, 105, BRASS, 210),
    "ladder": all_of(PALE_WOOD, 120),
    "throne": two(120, RED, 90, GOLD, 160),
    "coffin": two(170, DARK_WOOD, 90, BRASS, 210),
    "barrel": all_of(WOOD, 60),
    # Flowers and plants.
    "rose": [(0, 66, RED, 110), (67, 79, LEAF, 80), (80, 92, LEAF, 85), (93, ALL, RED + MAIN, 150)],
    "tulip": two(95, LEAF, 80, RED, 150),
    "lily": two(95, LEAF, 80, WHITE, 235),
    "daisy": [(0, 100, LEAF, 80), (101, 210, YELLOW, 170), (211, ALL, WHITE + MAIN, 240)],
    "sunflower": [(0, 46, DARK_WOOD, 40), (47, 95, LEAF, 75), (96, ALL, YELLOW + MAIN, 220)],
    "dandelion": two(110, LEAF, 85, WHITE, 240),
    "houseplant": two(110, LEAF, 85, ORANGE, 180),
    "petals": all_of(PINK, 180),
    "maple leaf": two(95, WOOD, 80, ORANGE, 190),
    "christmas tree": [(0, 100, LEAF, 80), (101, ALL, GOLD, 190)],
    # Others.
    "street lamp": all_of(IRON, 100),
    "phone booth": two(60, BLACK, 60, RED_LACQUER, 120),
    "mailbox": two(80, WOOD, 70, RED_LACQUER, 130),
    "fuel pump": two(60, BLACK, 60, RED_LACQUER, 130),
    "gift": two(150, RED, 110, GOLD, 210),
    "football": two(60, BLACK, 60, WHITE, 220),
    "snowman": two(100, BLACK, 80, WHITE, 235),
    "scarecrow": all_of(YELLOW, 200),
    "balloon": two(80, PAPER, 80, RED, 125),
    "balloons": two(80, PAPER, 80, RED, 125),
    "hot air balloon": two(80, WOOD, 70, RED, 120),
    "kite": all_of(RED, 130),
    "wings": all_of(WHITE, 180),
    "heart": all_of(RED, 115),
    "boulder": all_of(STONE, 110),
    "low wall": all_of(STONE, 110),
    "rock": all_of(STONE, 100),
    "well": all_of(STONE, 70),
    "fountain": all_of(STONE, 140),
    "tombstone": all_of(STONE, 110),
    "bicycle": [(0, 45, RUBBER, 35), (46, 70, STEEL, 90), (71, ALL, BLUE_CLOTH + MAIN, 110)],
    "sailing boat": two(110, WOOD, 90, WHITE, 200),
    "rowing boat": all_of(WOOD, 90),
    "paper boat": all_of(PAPER, 180),
    "paper plane": all_of(PAPER, 180),
    "helicopter": two(150, IRON, 110, GLASS, 200),
    "aeroplane": all_of(SILVER, 140),
    "rocket": two(120, RED, 100, WHITE, 170),
    "satellite": two(110, BLUE_CLOTH, 80, GOLD, 190),
    "telescope": two(90, BLACK, 60, BRASS, 170),
    "gear": all_of(BRASS, 150),
}


def clad(name, tones):
    """The tones of a thing, with its matters."""
    import numpy as np

    tones = np.asarray(tones).astype(int)
    out = tones.copy()
    for low, high, matter, middle in CLAD.get(name, []):
        here = (tones >= low) & (tones <= high)
        base = matter - 110
        out[here] = base + np.clip(110 * tones[here] // max(middle, 1), 8, 180)
    return out
