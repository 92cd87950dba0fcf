//! What must hold of a history and of the tables after it, whatever was broken meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::recorder::{History, Line, Outcome};

/// Failures from which a token waits.
const WAITS_FROM: usize = 5;

/// A token as it is kept.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub counter: u64,
    pub failures: usize,
}

/// What the audit says of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Result {
    Done,
    Failed,
    Refused,
}

/// A row of the audit about a check of this token.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: i64,
    pub token: Uuid,
    pub result: Result,
    /// Microseconds since 1970.
    pub at: i64,
}

/// The tables, read as they were at one moment.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    pub tokens: BTreeMap<Uuid, State>,
    /// In the order of their numbers.
    pub audit: Vec<Row>,
    /// The answer that each request id got.
    pub requests: BTreeMap<Uuid, bool>,
}

/// Something that must never be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// I1 to I9.
    pub invariant: &'static str,
    pub token: Uuid,
    pub what: String,
}

/// Looks for everything that must not be.
pub fn check(history: &History, kept: &Kept) -> Vec<Violation> {
    let mut found = Vec::new();
    accepted_once(history, kept, &mut found);
    never_back(history, &mut found);
    nothing_forgotten(history, kept, &mut found);
    all_counted(history, kept, &mut found);
    within_limit(kept, &mut found);
    closed_on_failure(history, &mut found);
    one_answer(history, &mut found);
    one_number(kept, &mut found);
    found
}

fn violation(invariant: &'static str, token: Uuid, what: String) -> Violation {
    Violation {
        invariant,
        token,
        what,
    }
}

/// I1: of all requests about one counter of a token at most one was told yes.
fn accepted_once(history: &History, kept: &Kept, found: &mut Vec<Violation>) {
    let mut yes: BTreeMap<(Uuid, Option<u64>), BTreeSet<Uuid>> = BTreeMap::new();
    for line in told(history, Outcome::Ok) {
        let requests = yes.entry((line.token, line.counter)).or_default();
        requests.insert(line.request);
    }
    for ((token, counter), requests) in yes {
        if requests.len() > 1 || counter.is_none() {
            let what = format!("counter {counter:?} was accepted {} times", requests.len());
            found.push(violation("I1", token, what));
        }
    }
    for (token, rows) in rows(kept) {
        let counters = kept.tokens.get(&token).map_or(0, |it| it.counter);
        let done = successes(&rows);
        if u64::try_from(done).unwrap() > counters {
            let what = format!("{done} successes in {counters} counters");
            found.push(violation("I1", token, what));
        }
    }
}

/// I2: whoever looks later sees no lower counter, nor one that was accepted before.
fn never_back(history: &History, found: &mut Vec<Violation>) {
    let mut before: BTreeMap<Uuid, u64> = BTreeMap::new();
    for seen in &history.seen {
        let highest = before.entry(seen.token).or_default();
        if *highest > seen.counter {
            let what = format!("the counter went from {highest} to {}", seen.counter);
            found.push(violation("I2", seen.token, what));
        }
        *highest = seen.counter.max(*highest);
    }
    let mut spent: BTreeMap<Uuid, Vec<&Line>> = BTreeMap::new();
    for line in told(history, Outcome::Ok) {
        spent.entry(line.token).or_default().push(line);
    }
    for seen in &history.seen {
        let of_token = spent.get(&seen.token).into_iter().flatten();
        let stale = of_token.filter(|it| it.end < seen.start);
        if let Some(line) = stale
            .filter(|it| it.counter >= Some(seen.counter))
            .max_by_key(|it| it.counter)
        {
            let what = format!(
                "{} is next after {:?} was accepted",
                seen.counter, line.counter
            );
            found.push(violation("I2", seen.token, what));
        }
    }
}

/// I3: every answer is kept under its request; every yes is spent and in the audit.
fn nothing_forgotten(history: &History, kept: &Kept, found: &mut Vec<Violation>) {
    let mut yes: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    let known = history
        .lines
        .iter()
        .filter(|it| it.outcome != Outcome::Unknown);
    for line in known {
        let said = line.outcome == Outcome::Ok;
        let stored = kept.requests.get(&line.request).copied();
        if stored != Some(said) {
            let what = format!("was told {said}, kept is {stored:?}: {line}");
            found.push(violation("I3", line.token, what));
        }
        if said {
            yes.entry(line.token).or_default().insert(line.request);
            let next = kept.tokens.get(&line.token).map_or(0, |it| it.counter);
            if line.counter >= Some(next) {
                let what = format!("{next} is next: {line}");
                found.push(violation("I3", line.token, what));
            }
        }
    }
    let rows = rows(kept);
    for (token, requests) in yes {
        let done = rows.get(&token).map_or(0, |rows| successes(rows));
        if done < requests.len() {
            let what = format!("{} successes, {done} in the audit", requests.len());
            found.push(violation("I3", token, what));
        }
    }
}

/// I4: the kept failures are those of the audit since the last success, and no fewer than the clients saw.
fn all_counted(history: &History, kept: &Kept, found: &mut Vec<Violation>) {
    for (token, rows) in rows(kept) {
        let since = rows.rsplit(|row| row.result == Result::Done).next();
        let failed = since.into_iter().flatten();
        let failed = failed.filter(|row| row.result == Result::Failed).count();
        let kept = kept.tokens.get(&token).map_or(0, |it| it.failures);
        if failed != kept {
            found.push(violation(
                "I4",
                token,
                format!("{kept} kept, {failed} in the audit"),
            ));
        }
    }
    let mut of_token: BTreeMap<Uuid, Vec<&Line>> = BTreeMap::new();
    for line in &history.lines {
        of_token.entry(line.token).or_default().push(line);
    }
    for (token, lines) in of_token {
        let known = lines.iter().filter(|it| it.outcome != Outcome::Unknown);
        let known: BTreeSet<Uuid> = known.map(|it| it.request).collect();
        // a right code without an answer may have been a success, and end at any time
        if lines
            .iter()
            .any(|it| it.counter.is_some() && !known.contains(&it.request))
        {
            continue;
        }
        let yes = lines.iter().filter(|it| it.outcome == Outcome::Ok);
        let last = yes.map(|it| it.end).max().unwrap_or(0);
        // begun before the success, it may have been counted before it
        let early = lines.iter().filter(|it| it.start <= last);
        let early: BTreeSet<Uuid> = early.map(|it| it.request).collect();
        let after = lines.iter().filter(|it| it.outcome == Outcome::No);
        let after = after.map(|it| it.request).filter(|it| !early.contains(it));
        let after: BTreeSet<Uuid> = after.collect();
        let least = after.len().min(WAITS_FROM);
        let kept = kept.tokens.get(&token).map_or(0, |it| it.failures);
        if kept < least {
            let what = format!(
                "{} refusals since the last success, {kept} kept",
                after.len()
            );
            found.push(violation("I4", token, what));
        }
    }
}

/// I5: from the fifth failure in a row on nothing is evaluated before its wait is over.
fn within_limit(kept: &Kept, found: &mut Vec<Violation>) {
    for (token, rows) in rows(kept) {
        let (mut failures, mut last) = (0_usize, 0_i64);
        for row in rows {
            let evaluated = row.result != Result::Refused;
            if evaluated && failures >= WAITS_FROM {
                let doublings = u32::try_from(failures - WAITS_FROM).unwrap().min(7);
                let wait = (30_i64 << doublings).min(3_600) * 1_000_000;
                if row.at < last + wait {
                    let waited = (row.at - last) / 1_000_000;
                    let what = format!("evaluated after {failures} failures and {waited} s");
                    found.push(violation("I5", token, what));
                }
            }
            match row.result {
                Result::Done => failures = 0,
                Result::Failed => (failures, last) = (failures + 1, row.at),
                Result::Refused => {}
            }
        }
    }
}

/// I6: yes and no are answers of status 200, and the only others are "later" and none at all.
fn closed_on_failure(history: &History, found: &mut Vec<Violation>) {
    for line in &history.lines {
        let right = match line.outcome {
            Outcome::Ok | Outcome::No => line.status == 200,
            Outcome::Unknown => matches!(line.status, 0 | 503),
        };
        if !right {
            found.push(violation("I6", line.token, line.to_string()));
        }
    }
}

/// I7: one request id has one answer.
fn one_answer(history: &History, found: &mut Vec<Violation>) {
    let mut first: BTreeMap<Uuid, Outcome> = BTreeMap::new();
    for line in history
        .lines
        .iter()
        .filter(|it| it.outcome != Outcome::Unknown)
    {
        let before = *first.entry(line.request).or_insert(line.outcome);
        if before != line.outcome {
            let what = format!("{before:?} before: {line}");
            found.push(violation("I7", line.token, what));
        }
    }
}

/// I9: no two rows of the audit have one number.
fn one_number(kept: &Kept, found: &mut Vec<Violation>) {
    let mut ids = BTreeSet::new();
    for row in kept.audit.iter().filter(|row| !ids.insert(row.id)) {
        found.push(violation("I9", row.token, format!("two rows {}", row.id)));
    }
}

fn told(history: &History, outcome: Outcome) -> impl Iterator<Item = &Line> {
    history.lines.iter().filter(move |it| it.outcome == outcome)
}

/// The audit of each token that is kept.
fn rows(kept: &Kept) -> BTreeMap<Uuid, Vec<&Row>> {
    let mut rows: BTreeMap<Uuid, Vec<&Row>> = kept
        .tokens
        .keys()
        .map(|&token| (token, Vec::new()))
        .collect();
    for row in &kept.audit {
        rows.entry(row.token).or_default().push(row);
    }
    rows
}

fn successes(rows: &[&Row]) -> usize {
    let done = rows.iter().filter(|row| row.result == Result::Done);
    done.count()
}
