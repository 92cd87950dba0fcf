//! One-time codes: HOTP (RFC 4226), TOTP (RFC 6238), and how a device gets its seed. Pure; chance enters
//! in [`new_seed`] only.

pub mod hotp;
pub mod totp;
mod uri;

pub use uri::{base32, from_base32, qr_svg, spaced, uri};

use crate::error::Result;
use crate::random;
use crate::seal::Seed;
use domain::{Algorithm, Code, Digits, Kind};
use std::ops::RangeInclusive;
use subtle::ConstantTimeEq;
use totp_rs::{Builder, Secret, Totp};

/// What moves a seeded token on from one code to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moves {
    /// Each code that is made (HOTP).
    Counter,
    /// The time (TOTP).
    Clock,
}

impl Moves {
    /// That of a kind; `None` where this build has no codes of it to compute. The one place that says so:
    /// whoever builds another kind is told here, by the compiler, that checks do not know it.
    #[deny(clippy::wildcard_enum_match_arm)]
    pub const fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Hotp => Some(Self::Counter),
            Kind::Totp => Some(Self::Clock),
            Kind::Sms
            | Kind::Email
            | Kind::Virtual
            | Kind::Hardware
            | Kind::Webauthn
            | Kind::Recovery
            | Kind::Temporary => None,
        }
    }
}

/// What a code says about a window of counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// Nothing in the window makes this code.
    None,
    /// Only a counter that was accepted before, or lies behind one that was.
    Used,
    /// This counter makes the code, and was not passed yet.
    At(u64),
}

/// The codes of `counters`, as text of `digits` digits (RFC 4226 section 5.3).
pub fn codes(
    seed: &Seed,
    algorithm: Algorithm,
    digits: Digits,
    counters: RangeInclusive<u64>,
) -> Vec<(u64, String)> {
    let generator = generator(seed, algorithm, digits);
    counters
        .map(|counter| (counter, generator.generate(counter).to_string()))
        .collect()
}

/// The counters of the window that make `code`. All are computed and compared in constant time before
/// the first is looked at, so that the time tells nothing of where the match lies.
fn matching(
    seed: &Seed,
    algorithm: Algorithm,
    code: &Code,
    counters: RangeInclusive<u64>,
) -> Vec<u64> {
    let compared: Vec<(u64, subtle::Choice)> = codes(seed, algorithm, code.digits(), counters)
        .into_iter()
        .map(|(counter, right)| (counter, right.as_bytes().ct_eq(code.as_str().as_bytes())))
        .collect();
    compared
        .into_iter()
        .filter(|(_, equal)| bool::from(*equal))
        .map(|(counter, _)| counter)
        .collect()
}

/// The counters of the window that make `first` while the next one makes `second`. As in [`matching`] both
/// are compared with the whole window first, so that a right first code shows in no time either.
fn following(
    seed: &Seed,
    algorithm: Algorithm,
    [first, second]: [&Code; 2],
    counters: RangeInclusive<u64>,
) -> Vec<u64> {
    let window = *counters.start()..=counters.end().saturating_add(1);
    let right = codes(seed, algorithm, first.digits(), window);
    let equal = |right: &str, code: &Code| right.as_bytes().ct_eq(code.as_str().as_bytes());
    let compared: Vec<(u64, subtle::Choice)> = right
        .iter()
        .zip(right.iter().skip(1))
        .map(|((counter, one), (_, next))| (*counter, equal(one, first) & equal(next, second)))
        .collect();
    compared
        .into_iter()
        .filter(|(_, equal)| bool::from(*equal))
        .map(|(counter, _)| counter)
        .collect()
}

/// HOTP is TOTP with a step of one second and the counter as the time.
fn generator(seed: &Seed, algorithm: Algorithm, digits: Digits) -> Totp {
    let algorithm = match algorithm {
        Algorithm::Sha1 => totp_rs::Algorithm::SHA1,
        Algorithm::Sha256 => totp_rs::Algorithm::SHA256,
        Algorithm::Sha512 => totp_rs::Algorithm::SHA512,
    };
    Builder::new()
        .with_algorithm(algorithm)
        .with_digits(digits.get())
        .with_step_duration(1)
        .with_secret(Secret::from(seed.expose()))
        .build_noncompliant()
}

/// A fresh seed, as long as the hash output (RFC 6238 section 5.1).
pub fn new_seed(algorithm: Algorithm) -> Result<Seed> {
    let mut bytes = random::bytes::<64>()?.to_vec();
    bytes.truncate(algorithm.seed_length());
    Ok(Seed::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_and_seeded_has_codes_to_compute() {
        for kind in Kind::ALL {
            let computed = kind.is_built() && kind.is_seeded();
            assert_eq!(Moves::of(kind).is_some(), computed, "{kind:?}");
        }
    }

    #[test]
    fn hotp_makes_the_codes_of_rfc_4226_appendix_d() {
        let seed = Seed::new(b"12345678901234567890".to_vec());
        let right = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        let made = codes(&seed, Algorithm::Sha1, Digits::Six, 0..=9);
        assert_eq!(made.len(), right.len());
        for ((counter, code), right) in made.into_iter().zip(right) {
            assert_eq!(code, right, "counter {counter}");
        }
    }

    #[test]
    fn totp_makes_the_codes_of_rfc_6238_appendix_b() {
        let rows = [
            (59, ["94287082", "46119246", "90693936"]),
            (1_111_111_109, ["07081804", "68084774", "25091201"]),
            (1_111_111_111, ["14050471", "67062674", "99943326"]),
            (1_234_567_890, ["89005924", "91819424", "93441116"]),
            (2_000_000_000, ["69279037", "90698825", "38618901"]),
            (20_000_000_000, ["65353130", "77737706", "47863826"]),
        ];
        let digit = |length| b"1234567890".iter().copied().cycle().take(length).collect();
        for (time, right) in rows {
            for (algorithm, right) in Algorithm::ALL.into_iter().zip(right) {
                let seed = Seed::new(digit(algorithm.seed_length()));
                let step = time / 30;
                let made = codes(&seed, algorithm, Digits::Eight, step..=step);
                assert_eq!(made, [(step, right.to_owned())], "{algorithm:?} at {time}");
            }
        }
    }

    #[test]
    fn a_new_seed_is_as_long_as_the_hash_and_never_the_same() {
        for algorithm in Algorithm::ALL {
            let [a, b] = [(); 2].map(|()| new_seed(algorithm).unwrap());
            assert_eq!(a.expose().len(), algorithm.seed_length());
            assert_ne!(a.expose(), b.expose());
        }
    }
}
