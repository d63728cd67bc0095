//! From storyboards and prompts to cues, and from cues to what every frame shows.

mod cues;
mod frames;
mod song;
