//! How a seed reaches a device: the key URI of authenticator apps, its QR code, and text to type.

use super::Moves;
use crate::seal::Seed;
use domain::{Algorithm, Digits};
use fast_qr::{ECL, QRBuilder};
use std::fmt::Write as _;
use totp_rs::Secret;

/// `otpauth://totp/Issuer:label?secret=…`. `period` is in seconds.
pub fn uri(
    issuer: &str,
    label: &str,
    moves: Moves,
    seed: &Seed,
    (algorithm, digits, period): (Algorithm, Digits, u16),
) -> String {
    let (word, place) = match moves {
        Moves::Counter => ("hotp", "counter=0".to_owned()),
        Moves::Clock => ("totp", format!("period={period}")),
    };
    let (issuer, label) = (escaped(issuer), escaped(label));
    format!(
        "otpauth://{word}/{issuer}:{label}?secret={}&issuer={issuer}&algorithm={}&digits={}&{place}",
        base32(seed),
        algorithm.as_str(),
        digits.get(),
    )
}

/// The seed in Base32, in groups of four, for apps without a camera.
pub fn spaced(seed: &Seed) -> String {
    let text = base32(seed);
    let mut spaced = String::with_capacity(text.len() + text.len() / 4);
    for (at, letter) in text.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            spaced.push(' ');
        }
        spaced.push(letter);
    }
    spaced
}

/// The picture of a URI: one black path on a view box with a margin of four modules, and no style of its
/// own. `None` when the text is too long for a QR code.
pub fn qr_svg(uri: &str) -> Option<String> {
    const MARGIN: usize = 4;
    let code = QRBuilder::new(uri).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for y in 0..code.size {
        for x in (0..code.size).filter(|x| code[y][*x].value()) {
            let _ = write!(path, "M{} {}h1v1h-1z", x + MARGIN, y + MARGIN);
        }
    }
    let side = code.size + 2 * MARGIN;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\">\
         <path d=\"{path}\"/></svg>"
    ))
}

/// The seed in Base32 without padding, as apps want it (RFC 4648 section 6).
pub fn base32(seed: &Seed) -> String {
    let padded = Secret::from(seed.expose()).to_base32();
    padded.trim_end_matches('=').to_owned()
}

/// A seed from its Base32, padded or not; `None` for what is none.
pub fn from_base32(text: &str) -> Option<Seed> {
    let secret = Secret::try_from_base32(text).ok()?;
    Some(Seed::new(secret.as_bytes().to_vec()))
}

/// All but the unreserved characters of RFC 3986, by UTF-8 byte.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: (Algorithm, Digits, u16) = (Algorithm::Sha1, Digits::Six, 30);

    #[test]
    fn apps_read_the_uri() {
        let seed = Seed::new(b"12345678901234567890".to_vec());
        assert_eq!(
            uri("Beispiel & Co", "zoë:x", Moves::Clock, &seed, RULES),
            "otpauth://totp/Beispiel%20%26%20Co:zo%C3%AB%3Ax\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Beispiel%20%26%20Co\
             &algorithm=SHA1&digits=6&period=30"
        );
        assert!(uri("A", "b", Moves::Counter, &seed, RULES).ends_with("&counter=0"));
        assert_eq!(spaced(&seed), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }

    #[test]
    fn the_picture_has_no_style_and_no_script() {
        let picture = qr_svg("otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQ").unwrap();
        assert!(picture.starts_with("<svg xmlns="));
        assert!(!picture.contains("style") && !picture.contains("script"));
        assert!(picture.matches("h1v1h-1z").count() > 200);
        assert_eq!(qr_svg(&"x".repeat(5_000)), None);
    }
}
