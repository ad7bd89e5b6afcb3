//! QR codes of links and payment requests, black on white with the quiet zone that readers need.
//!
//! The text may be a secret (a customer's link): it goes into the picture and nowhere else.

use crate::domain::refusal::Refusal;
use fast_qr::{ECL, QRBuilder, QRCode};
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use std::fmt::Write;

/// Light modules around the code: ISO/IEC 18004 asks for four.
const QUIET: usize = 4;
/// Pixels of one module in a PNG.
const PIXELS: usize = 8;
/// What version 40 holds in bytes at level M (ISO/IEC 18004, table 7).
const LIMIT: u32 = 2331;

/// An SVG with a `viewBox` and without a fixed size. Refuses a text over 2,331 bytes.
pub fn svg(text: &str) -> Result<String, Refusal> {
    let code = encode(text)?;
    let side = code.size + 2 * QUIET;
    let mut path = String::new();
    for row in 0..code.size {
        for (start, length) in runs(&code, row) {
            // Writing into a string cannot fail.
            let _written = write!(path, "M{} {}h{length}v1h-{length}z", start + QUIET, row + QUIET);
        }
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"QR\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

/// A grey PNG with modules of 8 pixels. Refuses a text over 2,331 bytes.
pub fn png(text: &str) -> Result<Vec<u8>, Refusal> {
    let code = encode(text)?;
    let side = (code.size + 2 * QUIET) * PIXELS;
    let mut pixels = vec![255_u8; side * side];
    for row in 0..code.size {
        for (start, length) in runs(&code, row) {
            let left = (start + QUIET) * PIXELS;
            for line in 0..PIXELS {
                let at = ((row + QUIET) * PIXELS + line) * side + left;
                pixels[at..at + length * PIXELS].fill(0);
            }
        }
    }
    let mut out = Vec::new();
    let width = u32::try_from(side).map_err(|_| Refusal::BadPicture)?;
    PngEncoder::new(&mut out)
        .write_image(&pixels, width, width, ExtendedColorType::L8)
        .map_err(|_| Refusal::BadPicture)?;
    Ok(out)
}

fn encode(text: &str) -> Result<QRCode, Refusal> {
    QRBuilder::new(text).ecl(ECL::M).build().map_err(|_| Refusal::TooLarge { limit: LIMIT })
}

/// The dark stretches of one row: where each begins and how long it is.
fn runs(code: &QRCode, row: usize) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (column, module) in code[row].iter().enumerate() {
        if !module.value() {
            continue;
        }
        match found.last_mut() {
            Some((start, length)) if *start + *length == column => *length += 1,
            _ => found.push((column, 1)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(picture: image::GrayImage) -> String {
        let mut prepared = rqrr::PreparedImage::prepare(picture);
        let grids = prepared.detect_grids();
        assert_eq!(grids.len(), 1);
        grids[0].decode().unwrap().1
    }

    fn read_png(bytes: &[u8]) -> String {
        read(image::load_from_memory(bytes).unwrap().to_luma8())
    }

    /// Draws the path commands that `svg` writes, four pixels a module.
    fn read_svg(text: &str) -> String {
        let side: u32 =
            text.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        let mut picture = image::GrayImage::from_pixel(side * 4, side * 4, image::Luma([255]));
        let path = text.split("#000\" d=\"").nth(1).unwrap().split('"').next().unwrap();
        for rectangle in path.split('M').skip(1) {
            let (place, length) = rectangle.split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let length: u32 = length.split('v').next().unwrap().parse().unwrap();
            let (x, y): (u32, u32) = (x.parse().unwrap(), y.parse().unwrap());
            for column in x * 4..(x + length) * 4 {
                for row in y * 4..(y + 1) * 4 {
                    picture.put_pixel(column, row, image::Luma([0]));
                }
            }
        }
        read(picture)
    }

    #[test]
    fn both_pictures_are_read_back() {
        for text in [
            "https://shop.example/s/MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U",
            "bitcoin:bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq?amount=0.00100000",
            "لینک اشتراک شما",
        ] {
            assert_eq!(read_png(&png(text).unwrap()), text);
            assert_eq!(read_svg(&svg(text).unwrap()), text);
        }
    }

    #[test]
    fn a_text_that_does_not_fit_is_refused() {
        assert!(svg(&"x".repeat(2331)).is_ok());
        assert_eq!(svg(&"x".repeat(2332)), Err(Refusal::TooLarge { limit: 2331 }));
        assert_eq!(png(&"x".repeat(9999)), Err(Refusal::TooLarge { limit: 2331 }));
    }

    #[test]
    fn the_text_does_not_reach_the_markup() {
        assert!(!svg("<script>").unwrap().contains("script"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_text_is_read_back(text in "[ -~]{1,120}") {
            prop_assert_eq!(read_png(&png(&text).unwrap()), text);
        }
    }
}
