//! A shop's look as one block of CSS variables, made from its one colour.
//!
//! Whatever colour an operator picks, text on it and text in it stays readable: the colour is moved towards black (or,
//! on dark pages, towards white) until its contrast is 4.5 to 1, which WCAG 2.2 asks of text (success criterion 1.4.3).

#![expect(
    clippy::float_arithmetic,
    reason = "colours are no money, and WCAG defines contrast on real numbers"
)]

use nexa_core::domain::look::{Accent, Look};

/// What pages are drawn on: the darker of card and paper when light, the lighter of both when dark.
const LIGHT: [u8; 3] = [0xf4, 0xf6, 0xf9];
const DARK: [u8; 3] = [0x1b, 0x23, 0x2d];
const ENOUGH: f64 = 4.6;

/// The block of variables.
#[must_use]
pub fn variables(look: &Look) -> String {
    let light = readable(look.accent.0, LIGHT, 0);
    let dark = readable(look.accent.0, DARK, 255);
    let (on_light, on_dark) = (ink_on(light), ink_on(dark));
    let block = |accent: [u8; 3], ink: [u8; 3]| format!("--accent:{};--on-accent:{}", hex(accent), hex(ink));
    let (light, dark) = (block(light, on_light), block(dark, on_dark));
    format!(
        ":root{{{light}}}@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\
         :root[data-theme=dark]{{{dark}}}\n"
    )
}

/// The colours of a page in one light.
#[derive(Clone, Copy)]
pub struct Shades {
    /// What everything stands on.
    pub paper: [u8; 3],
    /// Buttons and links.
    pub accent: [u8; 3],
    /// What is written on buttons.
    pub ink: [u8; 3],
}

/// The colours by day and by night.
#[must_use]
pub fn shades(look: &Look) -> (Shades, Shades) {
    let of = |paper, end| {
        let accent = readable(look.accent.0, paper, end);
        Shades { paper, accent, ink: ink_on(accent) }
    };
    (of(LIGHT, 0), of(DARK, 255))
}

/// The colour as it is written.
#[must_use]
pub fn hex(colour: [u8; 3]) -> String {
    Accent(colour).into()
}

/// The colour that the system draws around a page of this shop.
#[must_use]
pub fn theme_colour(look: &Look) -> String {
    hex(readable(look.accent.0, LIGHT, 0))
}

/// The colour of the sign, and what is drawn on it.
#[must_use]
pub fn sign(look: &Look) -> ([u8; 3], [u8; 3]) {
    let colour = readable(look.accent.0, LIGHT, 0);
    (colour, ink_on(colour))
}

/// The ground of a light page.
#[must_use]
pub fn paper() -> String {
    hex(LIGHT)
}

/// `colour`, moved towards `end` in steps of a twentieth until it can be read on `ground`.
fn readable(colour: [u8; 3], ground: [u8; 3], end: u8) -> [u8; 3] {
    let step = |n: u16| colour.map(|part| mixed(part, end, n));
    (0..=20).map(step).find(|c| contrast(*c, ground) >= ENOUGH).unwrap_or([end; 3])
}

/// `part` with `twentieths` of `end` in it.
fn mixed(part: u8, end: u8, twentieths: u16) -> u8 {
    let (part, end) = (u16::from(part), u16::from(end));
    u8::try_from((part * (20 - twentieths) + end * twentieths) / 20).unwrap_or(u8::MAX)
}

/// Black or white, whichever is read better on a colour.
fn ink_on(colour: [u8; 3]) -> [u8; 3] {
    const INK: [u8; 3] = [0x0b, 0x12, 0x1c];
    const WHITE: [u8; 3] = [255; 3];
    if contrast(WHITE, colour) >= ENOUGH { WHITE } else { INK }
}

/// Contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio").
fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance (WCAG 2.2, "relative luminance").
fn luminance(colour: [u8; 3]) -> f64 {
    let linear = |part: u8| {
        let share = f64::from(part) / 255.0;
        if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = colour.map(linear);
    0.2126f64.mul_add(red, 0.7152f64.mul_add(green, 0.0722 * blue))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_as_wcag_says() {
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 0.01);
        assert!((contrast([0x76; 3], [255; 3]) - 4.54).abs() < 0.01);
    }

    #[test]
    fn every_colour_stays_readable() {
        for red in (0..=255).step_by(51) {
            for green in (0..=255).step_by(51) {
                for blue in (0..=255).step_by(51) {
                    let colour = [red, green, blue].map(|part: u16| u8::try_from(part).unwrap());
                    for (ground, end) in [(LIGHT, 0), (DARK, 255)] {
                        let shown = readable(colour, ground, end);
                        assert!(contrast(shown, ground) >= 4.5, "{colour:?} on {ground:?}");
                        assert!(contrast(ink_on(shown), shown) >= 4.5, "ink on {shown:?} of {colour:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_block_is_one_block() {
        let block = variables(&Look::default());
        assert!(block.starts_with(":root{--accent:#1f5fd0;--on-accent:#ffffff}"), "{block}");
        assert_eq!(block.matches('{').count(), block.matches('}').count());
    }
}
