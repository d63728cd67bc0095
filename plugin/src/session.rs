//! What one instance does beside the audio thread: spools takes, starts the renderer, feeds the analysis.
