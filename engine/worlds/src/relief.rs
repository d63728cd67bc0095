//! Land as a field of heights: rays marched over it, soft shadows, places to stand.
//!
//! Steps grow with the clearance above ground and with the distance (after Quilez, "Terrain marching", 2002). A ray that
//! passes a crest by less than a pixel remembers it: the crest is laid over what is behind by the share that it covers,
//! so outlines are smooth without more rays.

use crate::{
    camera::Camera,
    lanes::{F, Lanes, M, V, f, portable::Portable, select},
};

/// Land that has one height at each place.
pub trait Relief {
    /// Height in metres; to be inlined.
    fn height<L: Lanes>(&self, x: F<L>, z: F<L>) -> F<L>;

    /// No place is higher.
    fn top(&self) -> f32;

    /// No slope is steeper, about.
    fn steepest(&self) -> f32 {
        0.8
    }

    /// Height at one place.
    fn height_at(&self, x: f32, z: f32) -> f32 {
        self.height::<Portable>(f(x), f(z)).array()[0]
    }
}

/// Where rays meet land.
#[derive(Clone, Copy)]
pub struct Hit<L: Lanes> {
    /// Which do.
    pub found: M<L>,
    /// How far along the ray, in metres.
    pub range: F<L>,
    /// How much of the pixel a nearer crest covers, and how far along the ray that is.
    pub crest: F<L>,
    /// See `crest`.
    pub crest_range: F<L>,
}

/// Marches rays from `from` over land up to `far` metres; `pixel` is a pixel's angle.
#[inline(always)]
pub fn march<L: Lanes, R: Relief>(relief: &R, from: [f32; 3], d: V<L>, pixel: f32, far: f32, steps: usize) -> Hit<L> {
    let above = from[1] - relief.top();
    let mut t = f::<L>(0.6);
    if above > 0.0 {
        t = t.max((-d.y).max(1e-5).recip() * above);
    }
    // No step is longer than the steepest land allows.
    let stride = (f::<L>(relief.steepest()) - d.y).recip().min(1.4);
    let (mut before, mut clear_before) = (t, f::<L>(1.0));
    let (mut crest, mut crest_range) = (f::<L>(0.0), t);
    let mut alive = t.lt(far) & d.y.lt(0.3);
    let mut found = !(f::<L>(0.0).lt(1.0));
    let mut clear = f::<L>(1.0);
    for _ in 0..steps {
        let y = d.y * t + from[1];
        clear = select(alive, y - relief.height(d.x * t + from[0], d.z * t + from[2]), clear);
        let now = alive & clear.lt(0.0);
        found = found | now;
        // The share of the pixel that what lies under the ray reaches into.
        alive = alive & !now & t.lt(far) & !(y.gt(relief.top()) & d.y.gt(0.0));
        let reach = select(alive, (1.0 - clear / (t * pixel)).saturate(), f(0.0));
        let nearer = reach.gt(crest);
        crest = select(nearer, reach, crest);
        crest_range = select(nearer, t, crest_range);
        if !alive.any() {
            break;
        }
        before = select(alive, t, before);
        clear_before = select(alive, clear, clear_before);
        t = select(alive, t + (clear * stride).max(t * 0.009 + 0.03), t);
    }
    // Rays that ran out of steps close above ground, or far under the horizon, have as good as met it.
    found = found | (alive & (d.y.lt(-0.02) | clear.lt(t * 0.02)));
    let mut high = t;
    if found.any() {
        // Where the clearance passes zero, by the secant, twice.
        let (mut low, mut clear_high) = (before, clear.min(-1e-4));
        let mut clear_low = clear_before.max(1e-4);
        for last in [false, true] {
            let middle = low + (high - low) * (clear_low / (clear_low - clear_high));
            if last {
                high = middle;
            } else {
                let c = d.y * middle + from[1] - relief.height(d.x * middle + from[0], d.z * middle + from[2]);
                let under = c.lt(0.0);
                high = select(under, middle, high);
                clear_high = select(under, c, clear_high);
                low = select(under, low, middle);
                clear_low = select(under, clear_low, c);
            }
        }
    }
    // A crest right before the hit is the hit itself.
    let crest = select(crest_range.lt(high * 0.97 - 0.3), crest, select(found, f(0.0), crest));
    Hit {
        found,
        range: high,
        crest,
        crest_range,
    }
}

/// Slopes along x and z over a width in metres.
#[inline(always)]
pub fn slopes<L: Lanes, R: Relief>(relief: &R, x: F<L>, z: F<L>, width: F<L>) -> (F<L>, F<L>, F<L>) {
    let height = relief.height(x, z);
    let per = width.recip();
    (
        height,
        (relief.height(x + width, z) - height) * per,
        (relief.height(x, z + width) - height) * per,
    )
}

/// How much of the light from a direction reaches a place, 0 to 1: a penumbra that widens with the distance.
#[inline(always)]
pub fn sunlight<L: Lanes, R: Relief>(
    relief: &R,
    place: V<L>,
    light: [f32; 3],
    first: F<L>,
    steps: usize,
    soft: f32,
) -> F<L> {
    let (mut open, mut t) = (f::<L>(1.0), first);
    for _ in 0..steps {
        let clear = place.y + t * light[1] + 0.1 - relief.height(place.x + t * light[0], place.z + t * light[2]);
        open = open.min((clear * soft / t + 0.5).saturate());
        t = t * 1.8 + 0.5;
    }
    open * open * (3.0 - 2.0 * open)
}

/// Whether a point is seen from the camera over land.
pub fn in_sight(relief: &impl Relief, camera: &Camera, point: [f32; 3]) -> bool {
    let from = camera.position;
    (1..16).all(|k| {
        let t = k as f32 / 16.0;
        let at = [0, 1, 2].map(|n| from[n] + (point[n] - from[n]) * t);
        at[1] > relief.height_at(at[0], at[2])
    })
}

/// The best place among some between two distances on one side (-1 left, 1 right): in sight from foot to head, in the
/// picture's third, high and level.
pub fn stand(relief: &impl Relief, camera: &Camera, side: f32, near: f32, far: f32) -> [f32; 3] {
    let mut best = ([0.0; 3], f32::NEG_INFINITY);
    for k in 0..7 {
        for n in 0..5 {
            let depth = near + (far - near) * (k as f32 / 6.0);
            let across = side * (0.36 + 0.13 * n as f32) * depth / camera.focal;
            let (x, z) = (camera.position[0] + across, camera.position[2] + depth);
            let y = relief.height_at(x, z);
            let [px, py, _] = camera.project([x, y, z]);
            let slope = (relief.height_at(x + 0.5, z) - y).abs() + (relief.height_at(x, z + 0.5) - y).abs();
            let mut score = -slope - 0.25 * (px.abs() - 0.6).abs() + 0.6 * py.min(0.0);
            for height in [0.1, 1.0] {
                if !in_sight(relief, camera, [x, y + height, z]) {
                    score -= 4.0;
                }
            }
            // In the frame, with air over the head.
            score -= 3.0 * (py.abs() - 0.72).max(0.0) * 4.0;
            if score > best.1 {
                best = ([x, y, z], score);
            }
        }
    }
    best.0
}
