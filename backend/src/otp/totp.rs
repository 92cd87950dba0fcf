//! The window of an app that follows the clock (RFC 6238 sections 5.2 and 6), and what we learn of its
//! clock.

use super::{Match, following, matching};
use crate::seal::Seed;
use domain::{Algorithm, Code, Timestamp};

/// Steps either side of the expected one.
const EITHER_SIDE: i64 = 1;
/// Steps either side at the proof of an enrolment, which sets the drift.
const AT_PROOF: i64 = 20;
/// The same at a reset, for the second of its two codes: the one that the device shows now.
const AT_RESET: i64 = 20;
/// A learnt drift stays this near to the drift that was set.
const LEARNT_AT_MOST: i32 = 2;

/// What is known of a device's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Seconds of a step.
    pub period: u16,
    /// Steps by which the device leads us, as last seen.
    pub drift: i32,
    /// The same as enrolment or reset found it.
    pub drift_set: i32,
}

impl Clock {
    /// The step of our own clock.
    fn step(self, now: Timestamp) -> i64 {
        now.seconds().div_euclid(i64::from(self.period.max(1)))
    }

    /// As a reset finds it: the device showed the code of `step` just now.
    #[must_use]
    pub fn set(self, step: u64, now: Timestamp) -> Self {
        let lead = i64::try_from(step).unwrap_or(i64::MAX) - self.step(now);
        let drift = i32::try_from(lead).unwrap_or(self.drift);
        Self {
            drift,
            drift_set: drift,
            ..self
        }
    }

    /// After a code of `step` was accepted: one step nearer at most, and near to what was set.
    #[must_use]
    pub fn learn(self, step: u64, now: Timestamp) -> Self {
        let lead = i64::try_from(step).unwrap_or(i64::MAX) - self.step(now);
        let moved = lead.clamp(i64::from(self.drift) - 1, i64::from(self.drift) + 1);
        let drift = i32::try_from(moved).unwrap_or(self.drift).clamp(
            self.drift_set - LEARNT_AT_MOST,
            self.drift_set + LEARNT_AT_MOST,
        );
        Self { drift, ..self }
    }
}

/// Looks for `code` around the expected step; none before `counter` is accepted.
pub fn find(
    seed: &Seed,
    algorithm: Algorithm,
    code: &Code,
    clock: Clock,
    counter: u64,
    now: Timestamp,
) -> Match {
    let expected = clock.step(now) + i64::from(clock.drift);
    let found = around(seed, algorithm, code, expected, EITHER_SIDE);
    nearest(&found, expected, counter)
}

/// Looks for the first code of a device: the clock with its drift, and the step.
pub fn prove(
    seed: &Seed,
    algorithm: Algorithm,
    code: &Code,
    period: u16,
    now: Timestamp,
) -> Option<(Clock, u64)> {
    let clock = Clock {
        period,
        drift: 0,
        drift_set: 0,
    };
    let ours = clock.step(now);
    let found = around(seed, algorithm, code, ours, AT_PROOF);
    let Match::At(step) = nearest(&found, ours, 0) else {
        return None;
    };
    let drift = i32::try_from(i64::try_from(step).ok()? - ours).ok()?;
    let clock = Clock {
        period,
        drift,
        drift_set: drift,
    };
    Some((clock, step))
}

/// Looks for two codes in a row around our own clock, whatever the drift was; the first not before
/// `counter`. The match is the second one's step; a spent code is not told from a wrong one.
pub fn reset(
    seed: &Seed,
    algorithm: Algorithm,
    pair: [&Code; 2],
    clock: Clock,
    counter: u64,
    now: Timestamp,
) -> Match {
    let ours = clock.step(now);
    let window = bound(ours - AT_RESET - 1)..=bound(ours + AT_RESET - 1);
    let found = following(seed, algorithm, pair, window);
    match nearest(&found, ours - 1, counter) {
        Match::At(first) => Match::At(first + 1),
        Match::Used | Match::None => Match::None,
    }
}

fn bound(step: i64) -> u64 {
    u64::try_from(step.max(0)).unwrap_or(0)
}

fn around(seed: &Seed, algorithm: Algorithm, code: &Code, expected: i64, steps: i64) -> Vec<u64> {
    let window = bound(expected - steps)..=bound(expected + steps);
    matching(seed, algorithm, code, window)
}

fn nearest(found: &[u64], expected: i64, counter: u64) -> Match {
    let expected = u64::try_from(expected.max(0)).unwrap_or(0);
    let open = found.iter().filter(|step| **step >= counter);
    match open.min_by_key(|step| step.abs_diff(expected)) {
        Some(step) => Match::At(*step),
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

    const NOW: Timestamp = Timestamp::from_seconds(1_780_000_010);
    const STEP: u64 = 1_780_000_010 / 30;
    const CLOCK: Clock = Clock {
        period: 30,
        drift: 0,
        drift_set: 0,
    };

    fn code(seed: &Seed, step: u64) -> Code {
        let codes = codes(seed, Algorithm::Sha1, Digits::Eight, step..=step);
        Code::parse(&codes[0].1).unwrap()
    }

    #[test]
    fn one_step_either_side_is_accepted_and_two_are_not() {
        let seed = Seed::new(b"12345678901234567890".to_vec());
        for (offered, right) in [
            (STEP - 2, Match::None),
            (STEP - 1, Match::At(STEP - 1)),
            (STEP, Match::At(STEP)),
            (STEP + 1, Match::At(STEP + 1)),
            (STEP + 2, Match::None),
        ] {
            let code = code(&seed, offered);
            assert_eq!(find(&seed, Algorithm::Sha1, &code, CLOCK, 0, NOW), right);
        }
        let again = code(&seed, STEP);
        let found = find(&seed, Algorithm::Sha1, &again, CLOCK, STEP + 1, NOW);
        assert_eq!(found, Match::Used);
    }

    #[test]
    fn a_proof_sets_the_drift_within_twenty_steps() {
        let seed = Seed::new(b"12345678901234567890".to_vec());
        let prove = |step| prove(&seed, Algorithm::Sha1, &code(&seed, step), 30, NOW);
        let (clock, step) = prove(STEP - 20).unwrap();
        assert_eq!((clock.drift, clock.drift_set, step), (-20, -20, STEP - 20));
        assert_eq!(prove(STEP + 20).unwrap().0.drift, 20);
        assert!(prove(STEP + 21).is_none());
        assert!(prove(STEP - 21).is_none());
    }

    #[test]
    fn a_reset_looks_twenty_steps_either_way_of_now_and_behind_no_spent_code() {
        let seed = Seed::new(b"12345678901234567890".to_vec());
        let drifted = Clock {
            drift: 15,
            drift_set: 15,
            ..CLOCK
        };
        let reset = |second: u64, counter| {
            let [one, two] = [second - 1, second].map(|step| code(&seed, step));
            let pair = [&one, &two];
            reset(&seed, Algorithm::Sha1, pair, drifted, counter, NOW)
        };
        for second in [STEP - 20, STEP, STEP + 20] {
            assert_eq!(reset(second, 0), Match::At(second));
            assert_eq!(reset(second, second - 1), Match::At(second));
            assert_eq!(reset(second, second), Match::None, "the first one is spent");
        }
        assert_eq!([reset(STEP - 21, 0), reset(STEP + 21, 0)], [Match::None; 2]);
        let set = drifted.set(STEP - 20, NOW);
        assert_eq!((set.drift, set.drift_set), (-20, -20));
    }

    proptest! {
        #[test]
        fn drift_moves_one_step_at_most_and_stays_near_what_was_set(
            set in -20_i32..=20,
            leads in proptest::collection::vec(-30_i64..=30, 1..40),
        ) {
            let seed = Seed::new(vec![9; 20]);
            let mut clock = Clock { period: 30, drift: set, drift_set: set };
            let (mut now, mut counter) = (NOW, 0);
            for lead in leads {
                let step = u64::try_from(now.seconds() / 30 + lead).unwrap();
                let code = code(&seed, step);
                if let Match::At(step) = find(&seed, Algorithm::Sha1, &code, clock, counter, now) {
                    prop_assert!(step >= counter);
                    let learnt = clock.learn(step, now);
                    prop_assert!((learnt.drift - clock.drift).abs() <= 1);
                    prop_assert!((learnt.drift - set).abs() <= LEARNT_AT_MOST);
                    (clock, counter) = (learnt, step + 1);
                }
                now = now.after(std::time::Duration::from_secs(30));
            }
        }
    }
}
