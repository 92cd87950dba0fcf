//! The search for a code in its window, without a database: neither where it is found nor how many of its
//! digits are right may be seen.

use crate::{Samples, are_alike, of_each};
use backend::otp::hotp::{self, LOOK_AHEAD};
use backend::otp::{self};
use backend::seal::Seed;
use domain::{Algorithm, Code, Digits};
use std::hint::black_box;
use std::time::Instant;

const COUNTER: u64 = 100;

/// Searches timed as one sample: one alone is too short for the clock.
const AT_ONCE: usize = 10;

fn codes(seed: &Seed) -> Vec<String> {
    let window = COUNTER..=COUNTER + LOOK_AHEAD;
    otp::codes(seed, Algorithm::Sha1, Digits::Eight, window)
        .iter()
        .map(|(_, code)| code.to_string())
        .collect()
}

/// The first code of the window with all but its first `right` digits changed; no code of the window begins
/// or ends like it otherwise.
fn changed(code: &str, right: usize) -> String {
    let other = |digit: char| char::from_digit((digit.to_digit(10).unwrap() + 5) % 10, 10).unwrap();
    let digits = code.chars().enumerate();
    digits
        .map(|(at, digit)| if at < right { digit } else { other(digit) })
        .collect()
}

#[test]
fn a_search_takes_as_long_wherever_it_finds_and_however_near_a_code_is() {
    let seed = Seed::new(b"12345678901234567890".to_vec());
    let all = codes(&seed);
    let (first, last) = (&all[0], &all[all.len() - 1]);
    let mut samples: [(Samples, Code); 5] = [
        ("no digit right", changed(first, 0)),
        ("four digits right", changed(first, 4)),
        ("seven digits right", changed(first, 7)),
        ("found at the first", first.clone()),
        ("found at the last", last.clone()),
    ]
    .map(|(what, code)| ((what, Vec::new()), Code::parse(&code).unwrap()));
    let kinds = samples.len();
    for n in 0..kinds * of_each() {
        // each is first as often as the others
        let ((_, samples), code) = &mut samples[(n + n / kinds) % kinds];
        let begun = Instant::now();
        for _ in 0..AT_ONCE {
            black_box(hotp::find(
                black_box(&seed),
                Algorithm::Sha1,
                black_box(code),
                COUNTER,
            ));
        }
        samples.push(begun.elapsed());
    }
    are_alike(&mut samples.map(|(samples, _)| samples), &(0.95..1.05));
}
