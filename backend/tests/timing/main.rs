//! How long things take must tell nothing. Medians of interleaved samples are compared within one run; the
//! bounds are wide, for the machine may be busy: what they find is a step that is left out.
//!
//! `make test-long` runs these; they are no part of `make test`, where a machine may be doing anything.
//! `TIMING_SAMPLES` is the number of samples of each (10,000).
#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod answers;
#[path = "../it/callers.rs"]
#[expect(dead_code, reason = "other tests call as others")]
mod callers;
#[path = "../it/desk.rs"]
#[expect(dead_code, reason = "other tests do more at the desk")]
mod desk;
#[path = "../it/operator.rs"]
#[expect(dead_code, reason = "other tests do more with operators")]
mod operator;
mod window;

use std::ops::Range;
use std::time::Duration;

/// What was measured, and how long each time took.
type Samples<'a> = (&'a str, Vec<Duration>);

/// How many samples of each.
fn of_each() -> usize {
    let asked = std::env::var("TIMING_SAMPLES").ok();
    asked.map_or(10_000, |number| number.parse().unwrap())
}

/// Prints each median as a ratio of the first one, and fails when one is out of bounds.
fn are_alike(samples: &mut [Samples], bounds: &Range<f64>) {
    let medians: Vec<(&str, f64)> = samples
        .iter_mut()
        .map(|(what, samples)| {
            samples.sort_unstable();
            (*what, samples[samples.len() / 2].as_secs_f64())
        })
        .collect();
    for (what, median) in &medians {
        let ratio = median / medians[0].1;
        println!("{what}: {ratio:.3} of {}", medians[0].0);
        assert!(bounds.contains(&ratio), "{what}: {ratio:.3}; {medians:?}");
    }
}
