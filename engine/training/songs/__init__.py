"""Songs with exactly known beats, made for training the beat hearing.

Two ways of making them: `band` composes everything itself, `groove` has MMA, a separate program, accompany random chord
progressions.  Both give a song for every seed: `song(seed) -> (name, sound, beats)`, with the name of its family,
mono sound of 20 to 30 s in -1..1 at `sound.RATE`, and beats as (seconds, place in the bar, 1 = downbeat).  No beats
means that there is no beat to be felt.  The beats come from the very clock that times the notes.  The same seed gives
the same song, for the same sound fonts and versions of the libraries, whatever was made before it.

    fonts    sound fonts and the synthesiser that plays them
    timing   clocks with tempo curves, swing, the unsteadiness of hands
    sound    noise, edges, the chain of a recording (equaliser, compression, noise, loudness), files
    check    do the beats lie where the sound begins?
"""


class NoSong(Exception):
    """A seed that cannot be made into a song; the next one may."""
