//! The window of a counting app (RFC 4226 section 7.4): a few ahead, none behind.

use super::{Match, following, matching};
use crate::seal::Seed;
use domain::{Algorithm, Code};

/// Codes that a user may have made and never sent.
pub const LOOK_AHEAD: u64 = 10;
/// The same at a reset, for the first of its two codes.
pub const RESET_AHEAD: u64 = 1_000;
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

/// Looks for two codes in a row, the first from `counter` to [`RESET_AHEAD`] beyond it. The match is the
/// second one's counter; a spent code is not told from a wrong one.
pub fn reset(seed: &Seed, algorithm: Algorithm, pair: [&Code; 2], counter: u64) -> Match {
    let window = counter..=counter.saturating_add(RESET_AHEAD).min(LAST - 1);
    match following(seed, algorithm, pair, window).first() {
        Some(first) => Match::At(first + 1),
        None => Match::None,
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

    #[test]
    fn a_pair_is_found_a_thousand_ahead_and_in_its_order() {
        let seed = Seed::new(b"12345678901234567890".to_vec());
        let reset = |first, second| {
            let [first, second] = [first, second].map(|counter| code(&seed, counter));
            reset(&seed, Algorithm::Sha1, [&first, &second], 100)
        };
        assert_eq!(reset(100, 101), Match::At(101));
        assert_eq!(reset(1_100, 1_101), Match::At(1_101));
        assert_eq!(reset(1_101, 1_102), Match::None);
        assert_eq!(reset(99, 100), Match::None, "the first one is spent");
        assert_eq!(reset(501, 500), Match::None, "the wrong way round");
        assert_eq!(reset(500, 502), Match::None, "one left out");
        assert_eq!(reset(500, 500), Match::None);
    }

    #[test]
    fn at_the_top_of_the_range_no_pair_is_found_beyond_it() {
        let seed = Seed::new(vec![7; 20]);
        let pair = [LAST - 1, LAST, LAST + 1].map(|counter| code(&seed, counter));
        let reset = |at: usize| {
            let pair = [&pair[at], &pair[at + 1]];
            reset(&seed, Algorithm::Sha1, pair, LAST - 1)
        };
        assert_eq!([reset(0), reset(1)], [Match::At(LAST), Match::None]);
    }

    proptest! {
        // each pair is a thousand codes
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn a_reset_never_takes_the_counter_back(
            seed in proptest::collection::vec(any::<u8>(), 20),
            offers in proptest::collection::vec((0_u64..1_500, 0_u64..3), 1..12),
        ) {
            let seed = Seed::new(seed);
            let mut next = 0;
            for (first, gap) in offers {
                let [one, two] = [first, first + gap].map(|counter| code(&seed, counter));
                let found = reset(&seed, Algorithm::Sha1, [&one, &two], next);
                let right = gap == 1 && (next..=next + RESET_AHEAD).contains(&first);
                prop_assert_eq!(found, if right { Match::At(first + 1) } else { Match::None });
                if let Match::At(second) = found {
                    prop_assert!(second > next);
                    next = second + 1;
                }
            }
        }
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
