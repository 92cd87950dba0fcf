//! The window of a counting app (RFC 4226 section 7.4): a few ahead, none behind.

use super::{Match, matching};
use crate::seal::Seed;
use domain::{Algorithm, Code};

/// Codes that a user may have made and never sent.
pub const LOOK_AHEAD: u64 = 10;
/// Spent codes that are recognised as such, for the reason in the audit only.
const RECOGNISED: u64 = 3;
/// Counters are stored as `bigint`; the last one is never reached, and beyond it nothing is accepted.
const LAST: u64 = i64::MAX as u64 - 1;

/// Looks for `code` from `counter`, the next that may be accepted, to [`LOOK_AHEAD`] beyond it.
pub fn find(seed: &Seed, algorithm: Algorithm, code: &Code, counter: u64) -> Match {
    let window = counter.saturating_sub(RECOGNISED)..=counter.saturating_add(LOOK_AHEAD).min(LAST);
    let found = matching(seed, algorithm, code, window);
    match found.iter().find(|found| **found >= counter) {
        Some(found) => Match::At(*found),
        None if found.is_empty() => Match::None,
        None => Match::Used,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otp::codes;
    use domain::Digits;
    use proptest::prelude::*;

    fn code(seed: &Seed, counter: u64) -> Code {
        let codes = codes(seed, Algorithm::Sha1, Digits::Eight, counter..=counter);
        Code::parse(&codes[0].1).unwrap()
    }

    #[test]
    fn ten_ahead_is_accepted_and_eleven_is_not() {
        let seed = Seed::new(b"12345678901234567890".to_vec());
        let find = |offered| find(&seed, Algorithm::Sha1, &code(&seed, offered), 100);
        assert_eq!(find(100), Match::At(100));
        assert_eq!(find(110), Match::At(110));
        assert_eq!(find(111), Match::None);
        assert_eq!(find(99), Match::Used);
        assert_eq!(find(96), Match::None);
    }

    #[test]
    fn the_top_of_the_range_fails_closed() {
        let seed = Seed::new(vec![7; 20]);
        let offered = code(&seed, LAST + 1);
        assert_eq!(
            find(&seed, Algorithm::Sha1, &offered, LAST + 1),
            Match::None
        );
    }

    proptest! {
        #[test]
        fn a_counter_never_goes_back_and_never_twice(
            seed in proptest::collection::vec(any::<u8>(), 20),
            offers in proptest::collection::vec(0_u64..40, 1..30),
        ) {
            let seed = Seed::new(seed);
            let mut next = 0;
            for offer in offers {
                if let Match::At(found) = find(&seed, Algorithm::Sha1, &code(&seed, offer), next) {
                    prop_assert!(found >= next && found <= next + LOOK_AHEAD);
                    next = found + 1;
                }
            }
        }
    }
}
