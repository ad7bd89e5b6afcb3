//! One message for one browser: RFC 8291 over the content coding of RFC 8188, in a single record.

use super::key;
use aes_gcm::{Aes128Gcm, KeyInit, aead::Aead};
use hkdf::Hkdf;
use p256::{PublicKey, SecretKey};
use sha2::Sha256;

/// The record size that is announced; ours is a single shorter one. Push services take 4096 bytes in all (RFC 8030, 7.2).
const RECORD: u32 = 4096;
/// The most bytes of a message: the record without head (86), tag (16) and delimiter.
pub const MOST: usize = 4096 - 86 - 16 - 1;
/// Ends the last record (RFC 8188, 2).
const LAST: u8 = 2;

/// Whom a message is for: what the browser gave with its address.
pub struct Reader {
    public: PublicKey,
    secret: [u8; 16],
}

impl Reader {
    /// From the 65 bytes of `p256dh` and the 16 of `auth`; none when they are no keys.
    pub fn new(p256dh: &[u8], auth: &[u8]) -> Option<Self> {
        let public = PublicKey::from_sec1_bytes(p256dh).ok().filter(|_| p256dh.len() == 65)?;
        Some(Self { public, secret: auth.try_into().ok()? })
    }

    /// The body of the request. `ours` is a key for this message alone; none when the message is too long.
    pub fn seal(&self, message: &[u8], ours: &SecretKey, salt: [u8; 16]) -> Option<Vec<u8>> {
        if message.len() > MOST {
            return None;
        }
        let public = key::public(ours);
        let shared = ours.diffie_hellman(&self.public);
        let mut info = b"WebPush: info\0".to_vec();
        info.extend_from_slice(&self.public.to_sec1_bytes());
        info.extend_from_slice(&public);
        let ikm: [u8; 32] = derive(&self.secret, shared.raw_secret_bytes(), &info)?;
        let key: [u8; 16] = derive(&salt, &ikm, b"Content-Encoding: aes128gcm\0")?;
        let nonce: [u8; 12] = derive(&salt, &ikm, b"Content-Encoding: nonce\0")?;
        let plain = [message, &[LAST]].concat();
        let sealed = Aes128Gcm::new(&key.into()).encrypt(&nonce.into(), plain.as_slice()).ok()?;
        let mut body = salt.to_vec();
        body.extend_from_slice(&RECORD.to_be_bytes());
        body.push(u8::try_from(public.len()).ok()?);
        body.extend_from_slice(&public);
        body.extend_from_slice(&sealed);
        Some(body)
    }
}

/// HKDF with SHA-256 (RFC 5869).
fn derive<const N: usize>(salt: &[u8], material: &[u8], info: &[u8]) -> Option<[u8; N]> {
    let mut out = [0; N];
    Hkdf::<Sha256>::new(Some(salt), material).expand(info, &mut out).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::BASE64URL_NOPAD;

    fn bytes(text: &str) -> Vec<u8> {
        BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()
    }

    /// RFC 8291, section 5 and appendix A.
    #[test]
    fn the_example_of_the_standard() {
        let reader = Reader::new(
            &bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
            &bytes("BTBZMqHH6r4Tts7J_aSIgg"),
        )
        .unwrap();
        let ours = SecretKey::from_slice(&bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).unwrap();
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let body = reader.seal(b"When I grow up, I want to be a watermelon", &ours, salt).unwrap();
        assert_eq!(
            BASE64URL_NOPAD.encode(&body),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn what_is_no_key_is_no_reader() {
        let key =
            bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
        assert!(Reader::new(&key, &[0; 16]).is_some());
        assert!(Reader::new(&key, &[0; 15]).is_none());
        assert!(Reader::new(&key[..33], &[0; 16]).is_none());
        assert!(Reader::new(&[4; 65], &[0; 16]).is_none(), "a point that is not on the curve");
        assert!(Reader::new(&[], &[]).is_none());
    }

    #[test]
    fn a_message_that_no_service_takes_is_not_made() {
        let key = SecretKey::from_slice(&[7; 32]).unwrap();
        let reader = Reader::new(&key::public(&key), &[0; 16]).unwrap();
        assert_eq!(reader.seal(&[0; MOST], &key, [0; 16]).unwrap().len(), 4096);
        assert!(reader.seal(&[0; MOST + 1], &key, [0; 16]).is_none());
    }
}
