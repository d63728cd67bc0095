//! A song's samples, streamed: file to PCM. (symphonia, and FFmpeg for what symphonia lacks.)
