//! Frames and PCM to a video file: the only code that touches FFmpeg's writing side.
