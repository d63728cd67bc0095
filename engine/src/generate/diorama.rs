//! The generator `diorama`: painted worlds from any prompt, nested in an endless zoom, with no download and no GPU.
