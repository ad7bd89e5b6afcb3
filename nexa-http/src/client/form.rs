//! A form with a picture, as `multipart/form-data` (RFC 7578).

use crate::paths::PICTURE_LIMIT;
use nexa_core::{domain::refusal::Refusal, world::World};

/// What to send.
#[derive(Clone)]
pub(super) struct Form {
    /// The `Content-Type`.
    pub kind: String,
    pub body: Vec<u8>,
}

impl Form {
    /// A picture and some texts. The boundary has 128 random bits, so that no content holds it. `too_large` for a picture
    /// that the shop would not take: it hangs up on one that is much too large before it can say why.
    pub fn new(world: &World, picture: &[u8], texts: &[(&str, &str)]) -> Result<Self, Refusal> {
        if picture.len() > PICTURE_LIMIT {
            return Err(Refusal::TooLarge { limit: u32::try_from(PICTURE_LIMIT).unwrap_or(u32::MAX) });
        }
        let random: [u8; 16] = world.bytes();
        let boundary = format!("nexa-{}", data_encoding::HEXLOWER.encode(&random));
        let mut body = Vec::with_capacity(picture.len() + 1024);
        let mut part = |head: &str, content: &[u8]| {
            body.extend_from_slice(
                format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(),
            );
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        };
        for (name, text) in texts {
            part(&format!("name=\"{name}\""), text.as_bytes());
        }
        part("name=\"picture\"; filename=\"picture\"\r\nContent-Type: application/octet-stream", picture);
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        Ok(Self { kind: format!("multipart/form-data; boundary={boundary}"), body })
    }
}
