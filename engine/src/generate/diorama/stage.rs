//! The stage: draws one scene, lit and deep, at the size at which it is seen.
