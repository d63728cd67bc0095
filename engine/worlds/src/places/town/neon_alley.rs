//! A narrow alley at the back of a city: wet ground, pipes, signs, cables and lanterns overhead, steam.
//!
//! Two walls ([`crate::houses`]) a few metres apart; pipes are shaded as cylinders on them. Signs ([`crate::neon`])
//! light the walls and the ground around them by the inverse square. Steam is a few sheets of noise that rise, lit by
//! the signs. The light stands at the alley's end.

mod wall;

use crate::{
    backyard::gateway,
    camera::Camera,
    facade::Evening,
    haze::Haze,
    houses::Row,
    lamps::{Lamp, after_dark, glow},
    lanes::{Lanes, V, f, grey, select, smoothstep, splat, v},
    neon::{self, Sign, Writing},
    noise::{fbm2, noise2},
    precipitation::Precipitation,
    scalar::{self, Chance, hex, mix, mix3, scale3},
    scene::Scene,
    sky::Sky,
    stand::{depth_of_hero, place},
    trace::{Ray, Span, strip, stripes},
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

pub(in super::super) struct NeonAlley {
    camera: Camera,
    sky: Sky,
    haze: Haze,
    evening: Evening,
    walls: Row,
    signs: Vec<Sign>,
    /// Where signs stand and their light, for what is around them.
    shine: Vec<([f32; 3], [f32; 3])>,
    lamps: Vec<Lamp>,
    /// Cables across: depth, height at the left and the right wall.
    cables: Vec<[f32; 3]>,
    /// Sheets of steam: depth, middle, strength.
    steam: Vec<[f32; 3]>,
    rain: Precipitation,
    end: f32,
    glow: [f32; 3],
    snow: f32,
    wet: f32,
    neon: f32,
    mist: f32,
    secs: f32,
    half: f32,
}

/// Colours of signs by scheme: the first is the light's, the second the other hue.
const NEON: [[u32; 4]; 7] = [
    [0xff2f7a, 0x18c0ff, 0xff2f7a, 0x8a4dff],
    [0xff3b30, 0xffa020, 0xff3b60, 0x30c0e0],
    [0x18e0a8, 0x2a90ff, 0x18e0c0, 0xff5a8a],
    [0xffa428, 0x18a8b8, 0xffb840, 0xff5a28],
    [0x3060ff, 0xff4aa0, 0x4a88ff, 0x30d0ff],
    [0x38e060, 0xffc038, 0x70ff50, 0x18b090],
    [0xff2418, 0xe8e0ff, 0xff3a20, 0x6a70ff],
];
/// Height of the opening at the end, in metres.
const DOOR: f32 = 6.4;

impl NeonAlley {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 40);
        let (music, weather, palette) = (&scene.music, &scene.weather, &scene.palette);
        let lit = after_dark(scene.hour).max(0.35);
        let half = chance.within(2.3, 3.6);
        let low = chance.happens(0.4);
        let mut camera = Camera::standing(
            if low {
                chance.within(0.5, 0.9)
            } else {
                chance.within(1.3, 2.2)
            },
            if low {
                chance.within(-0.5, -0.35)
            } else {
                chance.within(-0.4, -0.1)
            },
            chance.within(1.3, 1.9),
        );
        camera.yaw = chance.within(-0.13, 0.13);
        camera.position[0] = half * chance.within(-0.35, 0.35) + 0.08 * scalar::sin(music.bar as f32 * 0.6);
        let move_on = (music.bar as f32 * 0.25).min(24.0) * 0.25;
        camera.position[2] = move_on + scene.approach * 9.0;
        let mut sky = Sky::new(scene, 0.0);
        sky.stars *= 0.3;
        let end = 46.0;
        let own_scheme = chance.below(NEON.len());
        let neon: [[f32; 3]; 4] = std::array::from_fn(|k| {
            palette.turned(
                hex(NEON[(scene.scheme() + own_scheme) % NEON.len()][k]),
                [0.0, 0.9, 0.15, 1.0][k],
            )
        });
        let dark = 1.0 - 0.5 * (1.0 - after_dark(scene.hour));
        let own = mix3(neon[0], neon[1], chance.within(0.3, 0.7));
        let glow_light = mix3(scale3(own, 0.5), sky.horizon, 1.0 - after_dark(scene.hour));
        let glow_light = scene.through_portal(glow_light, |light| light);
        let density = 0.016 + 0.03 * weather.fog + 0.008 * weather.rain + 0.008 * music.bass;
        let mut haze = Haze::below(&sky, density, music.burst);
        haze.low = mix3(
            sky.horizon,
            scale3(mix3(own, neon[3], 0.3), 0.085 + 0.05 * music.bass),
            lit,
        );
        haze.high = mix3(scale3(sky.middle, 0.6), scale3(haze.low, 0.6), lit * 0.7);
        haze.glow = scale3(glow_light, 0.7 * (1.0 + 1.5 * music.burst));
        haze.toward = [0.0, 0.03, 1.0];
        let walls = Row::new(
            scene.seed,
            camera.position[2],
            half,
            chance.within(6.0, 9.0),
            [9.0, 22.0],
            false,
        );
        let turned = chance.below(2);
        let (mut signs, mut shine, mut lamps) = (vec![], vec![], vec![]);
        let power = (0.75 + 1.0 * music.kick + 0.3 * music.bass) * dark;
        for k in 0..14 {
            let z = 3.6 + k as f32 * 2.9 + chance.within(0.0, 1.6);
            let side = if (k + chance.below(2)).is_multiple_of(2) {
                -1.0
            } else {
                1.0
            };
            let writing = [Writing::Characters, Writing::Characters, Writing::Board, Writing::Ring][chance.below(4)];
            let (wide, tall) = (chance.within(0.28, 0.52), chance.within(0.7, 1.9));
            let size = if writing == Writing::Ring {
                [wide * 1.2; 2]
            } else {
                [wide, tall]
            };
            let y = chance.within(2.3, 4.2) + size[1];
            // Each wall has its hue, so that the two meet between them.
            let mut color = neon[if chance.happens(0.72) {
                usize::from(side > 0.0) ^ turned
            } else {
                chance.below(4)
            }];
            if chance.happens(0.18) {
                let breath = scalar::sin(music.beat as f32 * std::f32::consts::FRAC_PI_2 + k as f32);
                color = scale3(color, 0.75 + 0.25 * breath * music.awake());
            }
            let at = [side * (half - 0.15 - size[0]), y, z];
            if z > camera.position[2] + 2.0 {
                signs.push(Sign::new(
                    &camera,
                    at,
                    size,
                    color,
                    writing,
                    k as f32 + (scene.seed % 100) as f32,
                ));
                if shine.len() < 7 {
                    shine.push((
                        at,
                        scale3(color, (0.95 + 0.5 * music.kick) * dark * size[1].min(1.2) * 1.1),
                    ));
                }
            }
        }
        let mut cables = Vec::new();
        for k in 0..7 {
            let z = 5.0 + k as f32 * 5.5 + chance.within(0.0, 3.0);
            let y = chance.within(3.8, 8.0);
            cables.push([z, y, y + chance.within(-1.5, 1.5)]);
            if chance.happens(0.55) && z > camera.position[2] + 2.0 {
                // Lanterns on it.
                for j in 0..4 {
                    let s = (j as f32 + 0.5) / 4.0;
                    let y = cable(cables[k], s) - 0.22;
                    let color = scale3(palette.turned(hex(0xff6a30), 0.0), (1.3 + 0.9 * music.snare) * dark);
                    lamps.push(Lamp::new(&camera, [(s * 2.0 - 1.0) * half, y, z], 0.13, color, 0.14));
                }
            }
        }
        let steam = (0..4)
            .map(|k| {
                [
                    30.0 - k as f32 * 7.5 + chance.within(0.0, 3.0),
                    half * chance.within(-0.8, 0.8),
                    chance.within(0.5, 1.0),
                ]
            })
            .collect();
        Self {
            evening: Evening {
                lit,
                awake: 1.3,
                pulse: music.mid * 1.6,
                neon,
                warm: palette.turned(hex(0xff9a48), 0.1),
            },
            rain: Precipitation::new(scene, scale3(haze.low, 3.0)),
            walls,
            signs,
            shine,
            lamps,
            cables,
            steam,
            end,
            glow: scale3(glow_light, (1.6 + 1.2 * music.burst) * (1.0 - scene.opened())),
            snow: weather.snow,
            wet: 0.75 + 0.25 * weather.rain,
            neon: power,
            mist: mix(0.9, 4.0, after_dark(scene.hour)),
            secs: (music.secs % 4096.0) as f32,
            half,
            haze,
            sky,
            camera,
        }
    }
}

/// Height of a cable at a share of its way across.
fn cable([_, left, right]: [f32; 3], s: f32) -> f32 {
    mix(left, right, s) - 2.2 * s * (1.0 - s)
}

impl World for NeonAlley {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::new(&self.camera, &at);
        let span = Span::of(&at);
        let d = ray.direction;
        let direct = self.walls.meet(&ray);
        let t_end = ray.to_depth(self.end);
        let t_ground = select(d.y.lt(-1e-4), ray.to_level(0.0).min(300.0), f(FAR));
        let ground = t_ground.lt(direct.t.min(t_end));
        let from = ray.at(t_ground);
        let foot = ray.footprint(t_ground);
        let foot_z = foot / (-d.y).max(0.02);
        let (mut seen, mut hit) = (ray, direct);
        let (mut puddle, mut grit, mut damp) = (f(0.0), f(0.0), f(0.0));
        if ground.any() {
            damp = fbm2(from.x * 0.8, from.z * 0.45 + 7.0, 3);
            puddle = smoothstep::<L>(
                0.42,
                0.60,
                damp + (self.wet - 0.75) * 0.4 + 0.10 * (1.0 - from.x.abs() / self.half),
            );
            grit = (noise2(from.x * 12.0, from.z * 12.0) - 0.5) * smoothstep::<L>(0.3, 0.03, foot_z);
            let wave = noise2(from.x * 4.0 + self.secs * 0.4, from.z * 3.0 - self.secs * 0.6) - 0.5;
            let wave = wave * smoothstep::<L>(0.8, 0.08, foot_z) * (0.010 + 0.035 * (self.wet - 0.75));
            let rough = 1.0 - puddle;
            seen = ray.mirrored(
                ground,
                t_ground,
                (wave * 0.5 + grit * (rough * 0.02), wave + grit * (rough * 0.10)),
                rough * 4.0 + 0.1,
            );
            hit = self.walls.meet(&seen);
        }
        let e = seen.direction;
        let fog = self.haze.far(e);
        let mut color = fog;
        if !hit.seen.all() {
            let (cloud, cover) = self.sky.clouds(e, 3);
            color = (fog.mix(splat(self.sky.middle), 0.5) + self.sky.starlight(e, ray.spread))
                .mix(cloud * 0.5, cover * 0.6);
        }
        let (end, t_wall) = gateway(&seen, [self.end, self.half, DOOR], self.glow, &self.haze, (fog, color));
        let before = hit.t.lt(t_wall);
        color = V::select(before, color, end);
        if (hit.seen & before).any() {
            color = V::select(before, self.wall(&seen, &hit, fog, color), color);
        }
        let mut nearest = hit.t.min(t_wall);
        for line in &self.cables {
            let t = seen.to_depth(line[0]);
            let p = seen.at(t);
            let s = p.x * (0.5 / self.half) + 0.5;
            let y = line[1] + (line[2] - line[1]) * s - 2.2 * s * (1.0 - s);
            let near = t.gt(0.3) & t.lt(nearest) & (p.y - y).abs().lt(0.2);
            if near.any() {
                let width = seen.footprint(t) * 1.2;
                let cover = strip(p.y - y, f(-0.016), f(0.016), width);
                color = color.mix(fog * 0.2, select(near, cover, f(0.0)));
            }
        }
        let shown = neon::draw(
            &self.signs,
            (&seen, &span),
            (color, nearest),
            self.neon,
            self.haze.density,
        );
        nearest = shown.1;
        let light = shown.0 + glow(&self.lamps, &seen, &span, nearest, self.haze.density);
        let (mut out, mut total) = (light, nearest);
        if ground.any() {
            let slabs = stripes(from.x * 1.4, 0.04, foot * 1.4).max(stripes(from.z * 0.7, 0.03, foot_z * 0.7))
                * smoothstep::<L>(0.5, 0.05, foot_z);
            let drain = strip(from.x.abs(), f(0.0), f(0.14), foot) * 0.4;
            let albedo =
                (0.22 + 0.18 * grit + 0.12 * damp) * (1.0 - 0.4 * slabs) * (1.0 - drain) * (1.0 - 0.5 * puddle);
            let white = self.snow * smoothstep::<L>(0.35, 0.6, damp + 0.25 * self.snow);
            let albedo = grey(albedo).mix(grey(0.6), white);
            let ahead = smoothstep::<L>(30.0, 2.0, (from.z - self.end).abs());
            let body = albedo
                * (neon::shine(&self.shine, from) * 1.3
                    + splat::<L>(self.haze.low) * 0.6
                    + splat::<L>(self.sky.middle) * 0.2
                    + splat::<L>(self.haze.glow) * ahead);
            let facing = 1.0 + d.y;
            let fresnel = facing.squared();
            let fresnel = 0.07 + 0.93 * fresnel * fresnel * facing;
            let mirror = (fresnel * (0.5 + 0.4 * puddle) + 0.24 * puddle + 0.04) * (1.0 - white);
            let earth = body + light * mirror.saturate();
            let far = self.haze.far(v(d.x, f(0.0), d.z));
            let earth = far.mix(earth, self.haze.clear(t_ground));
            out = V::select(ground, earth, light);
            total = select(ground, t_ground, total);
        }
        // Steam rises in sheets, farthest first.
        for sheet in &self.steam {
            let t = ray.to_depth(sheet[0]);
            let p = ray.at(t);
            let x = (p.x - sheet[1]) * (1.0 / (1.0 + 0.22 * p.y.max(0.0)));
            let body = (1.0 - x.abs() * 0.8).max(0.0) * smoothstep::<L>(0.0, 0.5, p.y) * smoothstep::<L>(6.5, 1.5, p.y);
            let near = t.gt(0.5) & t.lt(total) & body.gt(0.0);
            if near.any() {
                let n = fbm2(p.x * 0.9 + sheet[0], p.y * 0.6 - self.secs * 0.45, 3);
                let cover = body
                    * smoothstep::<L>(0.30, 0.75, n)
                    * (sheet[2] * (0.5 + 0.45 * self.haze.density * 30.0)).min(0.9);
                let lit = splat::<L>(self.haze.low) * self.mist
                    + neon::shine(&self.shine, p) * 0.9
                    + splat::<L>(self.haze.glow) * (self.mist * 0.075);
                out = out.mix(lit, select(near, cover.min(0.65), f(0.0)));
            }
        }
        let (sin, cos) = (scalar::sin(self.camera.yaw), scalar::cos(self.camera.yaw));
        let distance = select(total.gt(2000.0), f(FAR), total * (d.x * sin + d.z * cos));
        Sample {
            light: self.rain.before(&at, distance, out),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let camera = &self.camera;
        let [x, y, depth] = camera.project([0.0, DOOR * 0.5, self.end]);
        let side = if x > 0.0 { -1.0 } else { 1.0 };
        let near = depth_of_hero(camera, 0.26);
        let place = |role, x, depth, height, room| {
            let mut place: Place = place(camera, role, x, depth, height, room);
            place.at[0] = place.at[0].clamp(0.5 - self.half, self.half - 0.5);
            place
        };
        let mut places = vec![
            place(Role::Hero, x + side * 0.16, near, 0.0, 1.2),
            place(Role::Second, x - side * 0.30, near * 1.4, 0.0, 1.0),
            place(Role::Far, x + side * 0.05, near * 3.0, 0.0, 1.5),
            place(Role::Near, -side * 1.4, near * 0.6, 0.0, 1.5),
        ];
        if let Some(sign) = self.signs.get(1) {
            let mut at = place(Role::Sign, 0.0, 1.0, 0.0, 1.2);
            at.at = sign.at;
            places.push(at);
        }
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: scalar::normalize([0.0, 0.25, 1.0]),
                color: scale3(self.haze.glow, 2.0),
            },
            ambient: scale3(self.haze.low, 0.7),
            fog: Fog {
                color: mix3(self.haze.low, self.haze.glow, 0.4),
                density: self.haze.density,
            },
            surface: Surface::Ground { wet: 0.6 },
            places,
            portal: Portal {
                opening: Opening::Arch,
                centre: [x, y],
                radius: DOOR * 0.5 * camera.focal / depth,
                distance: depth,
                spills: true,
            },
        }
    }
}
