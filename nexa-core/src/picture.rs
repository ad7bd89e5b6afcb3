//! Pictures that strangers upload. Nothing of the uploaded bytes survives but the pixels: no metadata, no place where the
//! photo was taken, no second document hidden behind the picture.
//!
//! Decoding and encoding take processor time (up to about a second in the worst case allowed here): call it where that
//! does not stop others, and bound how many run at once, because one may hold some 200 MB for that time.

use crate::domain::{
    likeness::{Likeness, SIDE as POINTS},
    refusal::Refusal,
};
use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage, Rgba, codecs::jpeg::JpegEncoder,
    imageops::FilterType,
};
use std::io::Cursor;

/// The largest upload, in bytes.
pub const LIMIT: u32 = 5 << 20;
/// The most pixels of an upload.
const PIXELS: u64 = 40_000_000;
/// Memory that the decoder may ask for, in bytes: 40 megapixels of four bytes.
const MEMORY: u64 = 160_000_000;
/// The long side of what is kept, in pixels.
const SIDE: u32 = 1600;
const QUALITY: u8 = 80;

/// The picture as a fresh JPEG of at most 1600 pixels on its long side, upright, on white. Refuses uploads over 5 MiB as
/// `TooLarge`, and as `BadPicture` all that is not a whole JPEG, PNG or WebP of at most 40 megapixels.
pub fn reencode(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    taken(bytes).map(|(jpeg, _)| jpeg)
}

/// The same, and what the picture looks like.
pub fn taken(bytes: &[u8]) -> Result<(Vec<u8>, Likeness), Refusal> {
    if u64::try_from(bytes.len()).map_or(true, |length| length > u64::from(LIMIT)) {
        return Err(Refusal::TooLarge { limit: LIMIT });
    }
    let format = recognise(bytes).ok_or(Refusal::BadPicture)?;
    let small = on_white(&shrink(decode(bytes, format)?));
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, QUALITY).encode_image(&small).map_err(|_| Refusal::BadPicture)?;
    Ok((out, likeness(small)))
}

fn likeness(picture: RgbImage) -> Likeness {
    let points = DynamicImage::ImageRgb8(picture).resize_exact(POINTS + 1, POINTS, FilterType::Triangle);
    Likeness::of(points.to_luma8().as_raw())
}

/// The format by its first bytes; a name or a declared type is not asked, because it may lie.
/// Whether these bytes begin as a picture does that may be taken.
pub(crate) fn is_one(bytes: &[u8]) -> bool {
    recognise(bytes).is_some()
}

fn recognise(bytes: &[u8]) -> Option<ImageFormat> {
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        Some(ImageFormat::Jpeg)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(ImageFormat::Png)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(ImageFormat::WebP)
    } else {
        None
    }
}

fn decode(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, Refusal> {
    let bad = |_| Refusal::BadPicture;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(bad)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS || decoder.total_bytes() > MEMORY {
        return Err(Refusal::BadPicture);
    }
    // The camera's way of holding goes with the metadata, so it must be applied first.
    let orientation = decoder.orientation().map_err(bad)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(bad)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn shrink(picture: DynamicImage) -> DynamicImage {
    if picture.width().max(picture.height()) > SIDE { picture.thumbnail(SIDE, SIDE) } else { picture }
}

/// JPEG knows no transparency: what shines through is white, as a screenshot of a receipt expects.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let source = picture.to_rgba8();
    RgbImage::from_fn(source.width(), source.height(), |x, y| {
        let Rgba([red, green, blue, alpha]) = *source.get_pixel(x, y);
        let mix = |part: u8| {
            let alpha = u32::from(alpha);
            u8::try_from((u32::from(part) * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([mix(red), mix(green), mix(blue)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let picture = RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([u8::try_from(x % 256).unwrap(), u8::try_from(y % 256).unwrap(), 90])
        });
        let mut out = Cursor::new(Vec::new());
        DynamicImage::ImageRgb8(picture).write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    /// A JPEG whose EXIF says that the camera was turned (orientation 6) and where it stood.
    fn with_exif() -> Vec<u8> {
        let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
        tiff.extend(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"); // Orientation = 6
        tiff.extend(b"\x25\x88\x04\0\x01\0\0\0\x26\0\0\0"); // GPSInfo at offset 38
        tiff.extend(b"\0\0\0\0");
        tiff.extend(b"\x01\0\x1d\0\x02\0\x0b\0\0\0\x38\0\0\0\0\0\0\0"); // GPSDateStamp at offset 56
        tiff.extend(b"2026:11:24\0GPSHERE");
        let mut segment = b"Exif\0\0".to_vec();
        segment.extend(tiff);
        let length = u16::try_from(segment.len() + 2).unwrap().to_be_bytes();
        let plain = encoded(64, 32, ImageFormat::Jpeg);
        let mut out = plain[..2].to_vec();
        out.extend([0xff, 0xe1]);
        out.extend(length);
        out.extend(segment);
        out.extend(&plain[2..]);
        out
    }

    fn holds(bytes: &[u8], needle: &[u8]) -> bool {
        bytes.windows(needle.len()).any(|window| window == needle)
    }

    /// A receipt of so many lines of figures, in a frame that is always the same.
    fn receipt(width: u32, figures: u64, format: ImageFormat) -> Vec<u8> {
        let height = width * 2;
        let picture = RgbImage::from_fn(width, height, |x, y| {
            let (column, row) = (x * 24 / width, y * 48 / height);
            let frame = row < 6 && (column + row) % 3 == 0;
            let place = u64::from(row) * 24 + u64::from(column);
            let mixed = (place + (figures << 20)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40;
            let figure = row > 10 && row % 4 == 0 && column > 8 && mixed.is_multiple_of(2);
            image::Rgb([if frame || figure { 20 } else { 250 }; 3])
        });
        let mut out = Cursor::new(Vec::new());
        DynamicImage::ImageRgb8(picture).write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    #[test]
    fn a_picture_that_is_saved_anew_looks_alike_and_another_receipt_of_the_bank_does_not() {
        let likeness = |bytes: &[u8]| taken(bytes).unwrap().1;
        let first = likeness(&receipt(720, 1, ImageFormat::Png));
        assert!(first.is_near(&likeness(&receipt(720, 1, ImageFormat::Jpeg))), "saved anew");
        assert!(first.is_near(&likeness(&receipt(480, 1, ImageFormat::Png))), "made smaller");
        for figures in 2..10 {
            assert!(!first.is_near(&likeness(&receipt(720, figures, ImageFormat::Png))), "{figures}");
        }
    }

    #[test]
    fn every_format_becomes_a_jpeg() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let out = reencode(&encoded(30, 20, format)).unwrap();
            let picture = image::load_from_memory_with_format(&out, ImageFormat::Jpeg).unwrap();
            assert_eq!((picture.width(), picture.height()), (30, 20));
        }
    }

    #[test]
    fn large_ones_shrink_and_small_ones_do_not_grow() {
        let out = reencode(&encoded(3200, 100, ImageFormat::Png)).unwrap();
        let picture = image::load_from_memory(&out).unwrap();
        assert_eq!((picture.width(), picture.height()), (1600, 50));
    }

    #[test]
    fn the_place_is_gone_and_the_picture_is_upright() {
        let upload = with_exif();
        assert!(holds(&upload, b"Exif") && holds(&upload, b"2026:11:24"));
        let out = reencode(&upload).unwrap();
        for needle in [&b"Exif"[..], b"GPS", b"2026:11:24"] {
            assert!(!holds(&out, needle));
        }
        let picture = image::load_from_memory(&out).unwrap();
        assert_eq!((picture.width(), picture.height()), (32, 64), "turned by 90 degrees");
    }

    #[test]
    fn what_hides_behind_the_picture_is_gone() {
        let mut upload = encoded(20, 20, ImageFormat::Jpeg);
        upload.extend(b"<script>alert(1)</script>PK\x03\x04");
        assert!(!holds(&reencode(&upload).unwrap(), b"script"));
    }

    #[test]
    fn transparency_is_white() {
        let clear = image::RgbaImage::from_pixel(16, 16, Rgba([0, 0, 0, 0]));
        let mut upload = Cursor::new(Vec::new());
        DynamicImage::ImageRgba8(clear).write_to(&mut upload, ImageFormat::Png).unwrap();
        let out = reencode(&upload.into_inner()).unwrap();
        assert!(image::load_from_memory(&out).unwrap().to_luma8().pixels().all(|p| p.0[0] > 250));
    }

    #[test]
    fn others_are_refused() {
        assert_eq!(reencode(&vec![0; 5 * 1024 * 1024 + 1]), Err(Refusal::TooLarge { limit: 5_242_880 }));
        for bytes in [
            &b""[..],
            b"GIF89a",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            b"%PDF-1.7",
            b"\xff\xd8\xff",
        ] {
            assert_eq!(reencode(bytes), Err(Refusal::BadPicture));
        }
    }

    #[test]
    fn a_bomb_is_refused_before_it_unfolds() {
        // A PNG header that claims 60000 x 60000 pixels.
        let mut upload = encoded(8, 8, ImageFormat::Png);
        upload[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        assert_eq!(reencode(&upload), Err(Refusal::BadPicture));
    }

    #[test]
    fn no_cut_makes_it_panic() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let whole = encoded(24, 24, format);
            for end in 0..whole.len() {
                if let Ok(out) = reencode(&whole[..end]) {
                    assert!(image::load_from_memory(&out).is_ok());
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn no_damage_makes_it_panic(
            format in prop::sample::select(vec![ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP]),
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        ) {
            let mut upload = encoded(16, 16, format);
            for (place, byte) in damage {
                let place = place.index(upload.len());
                upload[place] = byte;
            }
            if let Ok(out) = reencode(&upload) {
                prop_assert!(image::load_from_memory(&out).is_ok());
            }
        }
    }
}
