//! What a prompt means: text to a [`super::design::Design`].
