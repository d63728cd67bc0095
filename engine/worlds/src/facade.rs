//! House fronts: windows with frames and reveals, rooms behind them, shop fronts.
//!
//! Rooms are boxes behind each pane that the ray is followed into (van Dongen, "Interior Mapping", CGI 2008), so
//! they move against their frames when the camera does. Whatever is smaller than the pixel fades to its mean.

use crate::{
    lanes::{F, Lanes, M, V, f, grey, select, smoothstep, splat, v},
    noise::{hash1, hash2},
    trace::{away_from_zero, strip, stripes},
};

/// Points on walls, and the rays there in the wall's own axes.
#[derive(Clone, Copy)]
pub struct Wall<L: Lanes> {
    /// Metres along the wall.
    pub along: F<L>,
    /// Metres above the ground.
    pub height: F<L>,
    /// The ray's direction along the wall, up, and into it.
    pub into: [F<L>; 3],
    /// A whole number that tells one house from another.
    pub house: F<L>,
    /// Width of a pixel along the wall, in metres.
    pub width: F<L>,
    /// Height of a pixel on the wall.
    pub rise: F<L>,
}

/// What is lit in a town, and how the music moves it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evening {
    /// 0 by day, 1 when lamps are lit.
    pub lit: f32,
    /// Share of windows that are lit, 0 to 1.
    pub awake: f32,
    /// Brightness that the music gives to windows.
    pub pulse: f32,
    /// Colours of signs and shops (linear).
    pub neon: [[f32; 3]; 4],
    /// Colour of most windows.
    pub warm: [f32; 3],
}

impl Evening {
    /// One of the sign colours, by a number from 0 to 1.
    #[inline(always)]
    pub fn neon<L: Lanes>(&self, chance: F<L>) -> V<L> {
        let [a, b, c, d] = self.neon;
        let (a, b, c, d) = (splat(a), splat(b), splat(c), splat(d));
        let low = V::select(chance.lt(0.25), a, b);
        let high = V::select(chance.lt(0.75), c, d);
        V::select(chance.lt(0.5), low, high)
    }
}

/// What a wall shows.
#[derive(Clone, Copy)]
pub struct Front<L: Lanes> {
    /// Light of its own.
    pub glow: V<L>,
    /// Share of dark glass that mirrors the sky.
    pub glass: F<L>,
    /// How bright the wall is, around 1.
    pub relief: F<L>,
}

/// Where rays that enter a box (`x`, `y` in an opening `w` by `h`) end: the point, and whether on the back.
#[inline(always)]
fn enter<L: Lanes>(x: F<L>, y: F<L>, w: F<L>, h: F<L>, depth: f32, into: &[F<L>; 3]) -> (V<L>, M<L>) {
    let [dx, dy, dz] = *into;
    let back = depth / dz.max(1e-3);
    let side = (select(dx.lt(0.0), f(0.0), w) - x) / away_from_zero(dx);
    let level = (select(dy.lt(0.0), f(0.0), h) - y) / away_from_zero(dy);
    let t = back.min(side.max(0.0)).min(level.max(0.0));
    let end = v(x + dx * t, y + dy * t, dz * t);
    (end, (back - t).lt(1e-3))
}

/// Windows of a house.
#[inline(always)]
pub fn windows<L: Lanes>(wall: &Wall<L>, evening: &Evening) -> Front<L> {
    let house = wall.house;
    let style = hash1(house, 30);
    let bay = 1.5 + 1.5 * hash1(house, 31);
    let storey = 3.0 + 0.7 * hash1(house, 32);
    let (a, b) = (wall.along / bay, wall.height / storey);
    let (column, row) = (a.floor(), b.floor());
    let (x, y) = ((a - column) * bay, (b - row) * storey);
    let half = bay * (0.26 + 0.20 * style);
    let (left, right) = (bay * 0.5 - half, bay * 0.5 + half);
    let (sill, head) = (storey * (0.30 - 0.14 * style), storey * (0.86 - 0.05 * style));
    let opening = strip(x, left, right, wall.width) * strip(y, sill, head, wall.rise);
    // The pane lies a hand's breadth deep: its jambs hide a part of it.
    let slant = wall.into[2].max(0.12).recip() * 0.22;
    let (px, py) = (x + wall.into[0] * slant, y + wall.into[1] * slant);
    let pane = strip(px, left, right, wall.width) * strip(py, sill, head, wall.rise) * opening;
    // A cross of bars, or one bar.
    let bars = 1.0
        - 0.85
            * strip(px, bay * 0.5 - 0.045, bay * 0.5 + 0.045, wall.width)
                .max(strip(py, head * 0.72, head * 0.72 + 0.07, wall.rise) * style.lt(0.6).to_float());
    let pane = pane * bars;
    let ledge = strip(y, sill - 0.16, sill - 0.02, wall.rise) * strip(x, left - 0.12, right + 0.12, wall.width);
    let course = strip(y, f(0.0), f(0.14), wall.rise);
    let relief = 1.0 + 0.5 * ledge + 0.25 * course - 0.55 * (opening - pane).max(0.0);

    let chance = hash2(column + house * 7.0, row, 41);
    let other = hash2(column, row + house * 3.0, 42);
    let whole = hash2(row, house, 43).gt(0.90);
    let awake = select(whole, f(0.85), 0.10 + 0.42 * hash1(house, 33)) * evening.awake;
    let lit = smoothstep::<L>(0.0, 0.05, awake - chance);
    let bright = 0.22 + 1.5 * other * other * other;
    let pulse = 0.8 + smoothstep::<L>(0.55, 1.0, hash2(column, row + house, 44)) * evening.pulse;
    let hue = splat::<L>(evening.warm).mix(v(1.0, 0.78, 0.50), other);
    let hue = V::select(chance.lt(awake * 0.10), v(0.42, 0.72, 1.0), hue);
    let fine = smoothstep::<L>(0.75, 0.28, (wall.width / bay).max(wall.rise / storey));
    let mean = awake * 0.42 * 2.0 * half / bay;
    let mut room = f(0.75);
    let near = (wall.width / bay).lt(0.22) & (lit * pane).gt(0.02);
    if near.any() {
        let (end, back) = enter(x, y, bay, storey, 3.2, &wall.into);
        let off = (end.x - bay * 0.5).squared() + (storey - 0.35 - end.y).squared() + (end.z - 1.6).squared();
        let light = 1.3 / (0.55 + off * 0.5);
        let picture = strip(end.x, bay * 0.3, bay * 0.62, wall.width) * strip(end.y, f(1.3), f(2.0), wall.rise);
        let shelf = strip(end.x, f(0.1), bay * 0.45, wall.width) * strip(end.y, f(0.0), 0.5 + 1.6 * other, wall.rise);
        let floor = smoothstep::<L>(0.25, 0.0, end.y);
        let things = (picture * chance.lt(0.5).to_float() * 0.6).max(shelf * 0.7) * back.to_float();
        let inside = light * (1.0 - things) * (1.0 - floor * 0.6);
        // Curtains hang a little behind the pane.
        let drawn = half * (0.15 + 0.75 * hash2(column + house, row, 45));
        let (cx, folds) = (
            (px - bay * 0.5).abs(),
            0.62 + 0.1 * (px * 34.0).sin() * smoothstep::<L>(0.1, 0.04, wall.width),
        );
        let curtain = strip(cx, half - drawn, half + 1.0, wall.width) * other.lt(0.7).to_float();
        room = select(near, inside.mix(folds, curtain), room);
    }
    let glow = hue * (bright * pulse * room * lit * pane);
    let glow = splat::<L>(evening.warm).mix(grey(1.0), 0.15) * (mean * 0.55) * (1.0 - fine) + glow * fine;
    let glass = pane.mix(f(0.4), 1.0 - fine) * (1.0 - lit * fine * evening.lit);
    Front {
        glow: glow * evening.lit,
        glass,
        relief: relief.mix(f(0.95), 1.0 - fine),
    }
}

/// Height of a shop front, sign and all, in metres.
pub const SHOP: f32 = 4.1;

/// The ground floor: shops with people in them, shutters, doors, signs in letters. `unit` is a shop's width.
#[inline(always)]
pub fn shops<L: Lanes>(wall: &Wall<L>, unit: f32, evening: &Evening) -> Front<L> {
    let a = wall.along * (1.0 / unit);
    let number = a.floor();
    let x = (a - number) * unit;
    let y = wall.height;
    let (width, rise) = (wall.width, wall.rise);
    let own = number + wall.house * 5.0;
    let (open, tone) = (hash2(own, wall.house, 51).lt(0.78), hash2(own, wall.house, 52));
    let hue = evening
        .neon(hash2(own, wall.house, 53))
        .mix(v(1.0, 0.80, 0.55), (0.45 + 0.9 * tone).min(1.0));
    let door = 1.3_f32;
    let at_door = x.lt(0.35 + door);
    let foot = select(at_door, f(0.06), f(0.5));
    let pane = strip(x, f(0.35), f(unit - 0.30), width) * strip(y, foot, f(2.95), rise);
    let post = stripes(x * (1.0 / door) - 0.28, 0.055, width * (1.0 / door))
        .max(strip(y, f(2.30), f(2.37), rise))
        .max(strip(x, f(0.30 + door), f(0.42 + door), width));
    let pane = pane * (1.0 - post * 0.9);
    let fine = smoothstep::<L>(0.5, 0.14, width);

    // The room, its shelves, and who stands in it.
    let (end, back) = enter(x, y, f(unit), f(3.3), 4.5, &wall.into);
    let lamp = (end.x * 0.9).fract() - 0.5;
    let light = 0.35 + 1.0 / (0.9 + (3.3 - end.y).squared() * 0.35 + (end.z - 2.0).squared() * 0.12);
    let shelf = stripes(end.y * 2.1, 0.16, rise * 2.1) * 0.6;
    let item = hash2((end.x * 4.0).floor(), (end.y * 2.1).floor() + number * 9.0, 54);
    let tint = evening.neon(hash1((item * 61.0).floor(), 55)).mix(grey(0.8), 0.5);
    let stocked = back & end.y.gt(0.3) & end.y.lt(2.4) & hash2(own, wall.house, 61).lt(0.55);
    let goods = (grey::<L>(0.26) + tint * (item * 0.75)) * (1.0 - shelf);
    let goods = grey(0.40).mix(goods, fine);
    let plain = grey::<L>(
        0.62 + 0.25 * strip(end.x, f(1.2), f(2.6), width) * strip(end.y, f(1.1), f(2.1), rise)
            - 0.4 * smoothstep::<L>(0.1, 0.0, end.y),
    );
    let plain = plain + grey(smoothstep::<L>(3.1, 3.3, end.y) * (0.3 + 1.2 * (0.16 - lamp.squared()).max(0.0) * 4.0));
    let inside = V::select(stocked, goods, plain) * light * (0.35 + 0.22 * end.y) * select(back, f(0.8), f(0.62));
    let reach = 0.9 / wall.into[2].max(0.08);
    let (bx, by) = (x + wall.into[0] * reach, y + wall.into[1] * reach);
    let slot = (bx * (1.0 / 1.15)).floor();
    let stands = hash2(slot + number * 11.0, wall.house, 56);
    let bx = ((bx - slot * 1.15) - 0.55 - 0.3 * (stands - 0.3)).abs();
    let tall = 1.50 + 0.28 * hash1((stands * 97.0).floor(), 57);
    let torso = strip(bx, f(-1.0), 0.21 - (by - 0.9).abs() * 0.06, width) * strip(by, f(0.0), tall - 0.26, rise);
    let head = (0.5 + (0.115 - (bx * bx + (by - tall + 0.12).squared()).sqrt()) / width.max(0.01)).saturate();
    let body = torso.max(head) * stands.lt(0.34).to_float() * bx.lt(0.5).to_float();
    let inside = inside * (1.0 - 0.85 * body * fine);

    // Closed ones have a ribbed shutter, and a dim lamp over it.
    let ribs = 0.6 + 0.4 * stripes(y * 7.0, 0.5, rise * 7.0);
    let shop = select(open, pane, f(0.0));
    let glow = hue * inside * (shop * (0.75 + 1.0 * tone * tone) * evening.lit.max(0.16));

    // The sign over it: letters of light, or a lit box with dark letters.
    let (lx, ly) = (x - 0.7, y - 3.22);
    let (letter, line) = ((lx * (1.0 / 0.46)).floor(), (ly * (1.0 / 0.105)).floor());
    let cell = ((lx - letter * 0.46) * (1.0 / 0.115)).floor();
    let ink = hash2(
        letter * 3.0 + cell.min(2.0) + number * 50.0,
        line + wall.house * 6.0,
        58,
    )
    .lt(0.58)
        & cell.lt(2.5)
        & ly.gt(0.0);
    let named = strip(lx, f(0.0), unit * (0.35 + 0.35 * tone), width) * strip(y, f(3.22), f(3.745), rise);
    let ink = ink
        .to_float()
        .mix(f(0.45), smoothstep::<L>(0.05, 0.14, width.max(rise)))
        * named;
    let board = strip(x, f(0.3), f(unit - 0.25), width) * strip(y, f(3.1), f(3.87), rise);
    let sign = evening.neon(hash2(own, wall.house, 59));
    let boxed = hash2(own, wall.house, 60).lt(0.35);
    let words = V::select(
        boxed,
        (grey::<L>(0.25) + sign * 0.9) * (board - 0.75 * ink).max(0.0),
        (sign * 2.2 + grey(0.35)) * ink,
    );
    let glow = glow + words * (evening.lit * (0.5 + 0.4 * evening.pulse) * select(open, f(1.0), f(0.25)));
    let pier = strip(x, f(0.0), f(0.3), width).max(strip(x, f(unit - 0.25), f(unit), width));
    let relief = 1.0 + 0.35 * pier - 0.45 * board * (1.0 - pier) + 0.6 * strip(y, f(3.9), f(4.05), rise);
    let relief = relief * select(open, f(1.0), ribs.mix(f(1.0), 1.0 - pane));
    Front {
        glow,
        glass: shop * (1.0 - 0.8 * evening.lit),
        relief,
    }
}
