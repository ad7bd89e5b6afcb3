//! The sign of the product as a PNG: a rounded square in the shop's colour, with a shield and a tick in it.
//!
//! Drawn here because phones want their icons as pixels and each shop has a colour of its own. Whole numbers only: every
//! part is a convex polygon, and each row of pixels is cut `ROWS` times to see how much of a pixel is covered.

use crate::domain::refusal::Refusal;
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};

/// The side of the drawing in its own units: thousandths of those of the SVG, which has 32.
const BOX: i64 = 32_000;
/// How often a row of pixels is cut.
const ROWS: i64 = 8;
/// Steps along each curve.
const STEPS: i64 = 12;
/// The largest side, in pixels.
const MOST: u16 = 1024;

type Point = (i64, i64);
/// Red, green, blue, sRGB.
type Colour = [u8; 3];

/// How far the colour goes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Edge {
    /// A rounded square on nothing.
    Rounded,
    /// All of the picture, for systems that cut it to a shape of theirs. The sign stays within the inner four fifths,
    /// which are never cut (W3C App Manifest, "Icon masks").
    Full,
}

/// The icon with `side` pixels (16 to 1024) a side, in `colour` with the sign in `ink`.
pub fn png(side: u16, edge: Edge, colour: Colour, ink: Colour) -> Result<Vec<u8>, Refusal> {
    if !(16..=MOST).contains(&side) {
        return Err(Refusal::bad_input("side", "16 to 1024 pixels"));
    }
    let mut canvas = Canvas::new(i64::from(side));
    let ground = match edge {
        Edge::Rounded => rounded(9_000),
        Edge::Full => vec![(0, 0), (BOX, 0), (BOX, BOX), (0, BOX)],
    };
    canvas.fill(&[ground], colour);
    canvas.fill(&[shield()], ink);
    canvas.fill(&tick(1_100), colour);
    let mut out = Vec::new();
    let width = u32::from(side);
    PngEncoder::new(&mut out)
        .write_image(&canvas.pixels, width, width, ExtendedColorType::Rgba8)
        .map_err(|_| Refusal::BadPicture)?;
    Ok(out)
}

/// A cubic Bézier curve as points, without its first.
fn curve(from: Point, one: Point, two: Point, to: Point) -> Vec<Point> {
    let at = |step: i64, pick: fn(Point) -> i64| {
        let (t, u) = (step, STEPS - step);
        let sum = pick(from) * u * u * u
            + 3 * pick(one) * u * u * t
            + 3 * pick(two) * u * t * t
            + pick(to) * t * t * t;
        sum / (STEPS * STEPS * STEPS)
    };
    (1..=STEPS).map(|step| (at(step, |p| p.0), at(step, |p| p.1))).collect()
}

/// How far the handles of a curve lie from a corner so that it is a quarter of a circle: 1 - 0.5523 of the radius.
const fn handle(radius: i64) -> i64 {
    radius * 4_477 / 10_000
}

fn rounded(radius: i64) -> Vec<Point> {
    let (near, far, bend, back) = (radius, BOX - radius, handle(radius), BOX - handle(radius));
    let corners = [
        ((far, 0), (back, 0), (BOX, bend), (BOX, near)),
        ((BOX, far), (BOX, back), (back, BOX), (far, BOX)),
        ((near, BOX), (bend, BOX), (0, back), (0, far)),
        ((0, near), (0, bend), (bend, 0), (near, 0)),
    ];
    let with_start = |(a, b, c, d)| std::iter::once(a).chain(curve(a, b, c, d));
    corners.into_iter().flat_map(with_start).collect()
}

fn circle((x, y): Point, radius: i64) -> Vec<Point> {
    let (k, r) = (radius - handle(radius), radius);
    let quarters = [
        ((x, y - r), (x + k, y - r), (x + r, y - k), (x + r, y)),
        ((x + r, y), (x + r, y + k), (x + k, y + r), (x, y + r)),
        ((x, y + r), (x - k, y + r), (x - r, y + k), (x - r, y)),
        ((x - r, y), (x - r, y - k), (x - k, y - r), (x, y - r)),
    ];
    quarters.into_iter().flat_map(|(a, b, c, d)| curve(a, b, c, d)).collect()
}

/// The same path as in the pages' SVG.
fn shield() -> Vec<Point> {
    let mut points = vec![(16_000, 6_500), (8_500, 9_500), (8_500, 15_500)];
    points.extend(curve((8_500, 15_500), (8_500, 20_300), (11_700, 23_500), (16_000, 25_500)));
    points.extend(curve((16_000, 25_500), (20_300, 23_500), (23_500, 20_300), (23_500, 15_500)));
    points.push((23_500, 9_500));
    points
}

/// The tick as a line of twice `radius` with round ends.
fn tick(radius: i64) -> Vec<Vec<Point>> {
    let line = [(12_500, 15_800), (15_200, 18_500), (20_000, 13_300)];
    let mut parts: Vec<_> = line.iter().map(|point| circle(*point, radius)).collect();
    for (from, to) in line.iter().zip(line.iter().skip(1)) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = (dx * dx + dy * dy).isqrt().max(1);
        let (x, y) = (dy * radius / length, -dx * radius / length);
        parts.push(vec![
            (from.0 + x, from.1 + y),
            (to.0 + x, to.1 + y),
            (to.0 - x, to.1 - y),
            (from.0 - x, from.1 - y),
        ]);
    }
    parts
}

/// Where the row at `y` is inside a convex polygon.
fn span(polygon: &[Point], y: i64) -> Option<(i64, i64)> {
    let ends = polygon.iter().zip(polygon.iter().cycle().skip(1));
    let crossed = ends.filter(|(a, b)| (a.1 <= y) != (b.1 <= y));
    let places: Vec<i64> = crossed.map(|(a, b)| a.0 + (b.0 - a.0) * (y - a.1) / (b.1 - a.1)).collect();
    Some((*places.iter().min()?, *places.iter().max()?))
}

struct Canvas {
    side: i64,
    /// Red, green, blue, alpha.
    pixels: Vec<u8>,
}

impl Canvas {
    fn new(side: i64) -> Self {
        let pixels = usize::try_from(side * side * 4).unwrap_or_default();
        Self { side, pixels: vec![0; pixels] }
    }

    /// Lays what any of the polygons covers in `colour` over what is there.
    fn fill(&mut self, polygons: &[Vec<Point>], colour: Colour) {
        let row_bytes = usize::try_from(self.side * 4).unwrap_or(4);
        for (row, line) in (0..).zip(self.pixels.chunks_exact_mut(row_bytes)) {
            let cuts = (0..ROWS).map(|cut| ((row * ROWS + cut) * 2 + 1) * BOX / (2 * ROWS * self.side));
            let spans: Vec<Vec<(i64, i64)>> =
                cuts.map(|y| merged(polygons.iter().filter_map(|p| span(p, y)).collect())).collect();
            if spans.iter().all(Vec::is_empty) {
                continue;
            }
            for (column, pixel) in (0..).zip(line.chunks_exact_mut(4)) {
                let (left, right) = (column * BOX, (column + 1) * BOX);
                let inside =
                    |(from, to): &(i64, i64)| (right.min(to * self.side) - left.max(from * self.side)).max(0);
                let covered: i64 = spans.iter().flatten().map(inside).sum();
                over(pixel, colour, covered * 255 / (BOX * ROWS));
            }
        }
    }
}

/// The same stretches without what they have in common.
fn merged(mut spans: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    spans.sort_unstable();
    let mut apart: Vec<(i64, i64)> = Vec::new();
    for (from, to) in spans {
        match apart.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => apart.push((from, to)),
        }
    }
    apart
}

/// Lays a colour with `alpha` (0 to 255) over a pixel.
fn over(pixel: &mut [u8], colour: Colour, alpha: i64) {
    let [red, green, blue, below] = pixel else { return };
    if alpha <= 0 {
        return;
    }
    let under = i64::from(*below) * (255 - alpha) / 255;
    let all = (alpha + under).max(1);
    for (part, new) in [red, green, blue].into_iter().zip(colour) {
        let mixed = (i64::from(new) * alpha + i64::from(*part) * under) / all;
        *part = u8::try_from(mixed).unwrap_or(u8::MAX);
    }
    *below = u8::try_from(all).unwrap_or(u8::MAX);
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLUE: Colour = [0x1f, 0x5f, 0xd0];
    const WHITE: Colour = [255; 3];

    fn drawn(side: u16, edge: Edge) -> image::RgbaImage {
        let png = png(side, edge, BLUE, WHITE).unwrap();
        image::load_from_memory(&png).unwrap().to_rgba8()
    }

    #[test]
    fn the_sign_is_where_the_svg_has_it() {
        for side in [192, 512] {
            let icon = drawn(side, Edge::Rounded);
            assert_eq!(icon.dimensions(), (u32::from(side), u32::from(side)));
            let at = |x: u32, y: u32| icon.get_pixel(x * u32::from(side) / 32, y * u32::from(side) / 32).0;
            assert_eq!(at(0, 0)[3], 0, "nothing beyond the round corner");
            assert_eq!(at(4, 16), [0x1f, 0x5f, 0xd0, 255], "the square");
            assert_eq!(at(16, 22), [255; 4], "the shield");
            assert_eq!(at(15, 18), [0x1f, 0x5f, 0xd0, 255], "the tick");
        }
    }

    #[test]
    fn a_full_icon_covers_all_and_keeps_its_sign_in_the_middle() {
        let icon = drawn(512, Edge::Full);
        let centre = |v: u32| f64::from(v) - 255.5;
        for (x, y, pixel) in icon.enumerate_pixels() {
            assert_eq!(pixel.0[3], 255);
            if pixel.0[0] > 0x80 {
                assert!(centre(x).hypot(centre(y)) < 512.0 * 0.4, "{x} {y}");
            }
        }
    }

    #[test]
    fn edges_are_smooth() {
        let icon = drawn(192, Edge::Rounded);
        let between = icon.pixels().filter(|p| p.0[3] > 0 && p.0[3] < 255).count();
        assert!((50..600).contains(&between), "{between}");
    }

    #[test]
    fn odd_sizes_are_refused() {
        for side in [0, 15, 1025] {
            assert!(png(side, Edge::Full, BLUE, WHITE).is_err());
        }
        assert!(png(16, Edge::Full, BLUE, WHITE).is_ok());
    }
}
