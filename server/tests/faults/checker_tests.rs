//! The checker on made-up histories: a sound one, and the same with one thing wrong.

use uuid::Uuid;

use crate::checker::{Kept, Result, Row, State, check};
use crate::recorder::{History, Line, Outcome, Seen};

const TOKEN: Uuid = Uuid::from_u128(1);

fn line(request: u128, counter: Option<u64>, start: u64, outcome: Outcome) -> Line {
    Line {
        client: 0,
        server: 0,
        token: TOKEN,
        code: "123456".into(),
        counter,
        request: Uuid::from_u128(request),
        start,
        end: start + 5,
        status: if outcome == Outcome::Unknown { 0 } else { 200 },
        outcome,
    }
}

fn row(id: i64, result: Result, seconds: i64) -> Row {
    Row {
        id,
        token: TOKEN,
        result,
        at: seconds * 1_000_000,
    }
}

fn seen(counter: u64, start: u64) -> Seen {
    Seen {
        token: TOKEN,
        counter,
        start,
    }
}

/// Counter 0 is accepted, its copy is not; an answer to counter 1 is lost, and its repeat is told yes; then
/// two wrong codes.
fn sound() -> (History, Kept) {
    let history = History {
        lines: vec![
            line(10, Some(0), 10, Outcome::Ok),
            line(11, Some(0), 20, Outcome::No),
            line(12, Some(1), 30, Outcome::Unknown),
            line(12, Some(1), 40, Outcome::Ok),
            line(13, None, 50, Outcome::No),
            line(14, None, 60, Outcome::No),
        ],
        seen: vec![seen(0, 1), seen(1, 22), seen(2, 70)],
    };
    let rows = [
        Result::Done,
        Result::Failed,
        Result::Done,
        Result::Failed,
        Result::Failed,
    ];
    let kept = Kept {
        tokens: [(
            TOKEN,
            State {
                counter: 2,
                failures: 2,
            },
        )]
        .into(),
        audit: (1..)
            .zip(rows)
            .map(|(id, result)| row(id, result, id))
            .collect(),
        requests: [
            (10, true),
            (11, false),
            (12, true),
            (13, false),
            (14, false),
        ]
        .map(|(id, answer)| (Uuid::from_u128(id), answer))
        .into(),
    };
    (history, kept)
}

/// The invariants that a sound history breaks after this change.
fn broken(change: impl FnOnce(&mut History, &mut Kept)) -> Vec<&'static str> {
    let (mut history, mut kept) = sound();
    change(&mut history, &mut kept);
    let mut found: Vec<_> = check(&history, &kept)
        .iter()
        .map(|it| it.invariant)
        .collect();
    found.dedup();
    found
}

#[test]
fn a_sound_history_breaks_nothing() {
    assert_eq!(broken(|_, _| {}), Vec::<&str>::new());
}

#[test]
fn one_counter_accepted_twice_is_found() {
    let twice = broken(|history, kept| {
        history.lines[1].outcome = Outcome::Ok;
        kept.requests.insert(Uuid::from_u128(11), true);
        kept.audit[1].result = Result::Done;
        kept.tokens.get_mut(&TOKEN).unwrap().counter = 3;
    });
    assert_eq!(twice, ["I1"]);
    let wrong = broken(|history, kept| {
        history.lines[4].outcome = Outcome::Ok;
        kept.requests.insert(Uuid::from_u128(13), true);
    });
    assert!(
        wrong.contains(&"I1"),
        "a code that no counter made: {wrong:?}"
    );
    let unseen = broken(|_, kept| kept.audit[1].result = Result::Done);
    assert_eq!(unseen, ["I1"], "by the audit alone");
}

#[test]
fn a_counter_that_goes_back_is_found() {
    assert_eq!(broken(|history, _| history.seen.push(seen(1, 80))), ["I2"]);
    let stale = broken(|history, _| history.seen[1].counter = 0);
    assert_eq!(stale, ["I2"], "0 is next after 0 was accepted");
}

#[test]
fn an_answer_that_is_not_kept_is_found() {
    let lost = |id| broken(|_, kept| kept.requests.retain(|it, _| *it != Uuid::from_u128(id)));
    assert_eq!([lost(10), lost(13)], [["I3"], ["I3"]]);
    let unspent = broken(|history, kept| {
        history.seen.pop();
        kept.tokens.get_mut(&TOKEN).unwrap().counter = 1;
    });
    assert!(unspent.contains(&"I3"), "{unspent:?}");
    let unaudited = broken(|_, kept| kept.audit.retain(|row| row.id > 1));
    assert_eq!(unaudited, ["I3"]);
}

#[test]
fn a_failure_that_is_not_counted_is_found() {
    let fewer = broken(|_, kept| kept.tokens.get_mut(&TOKEN).unwrap().failures = 1);
    assert_eq!(fewer, ["I4"]);
    let neither = broken(|_, kept| {
        kept.tokens.get_mut(&TOKEN).unwrap().failures = 1;
        kept.audit.pop();
    });
    assert_eq!(
        neither,
        ["I4"],
        "count and audit agree, and the clients saw more"
    );
}

#[test]
fn a_code_that_is_evaluated_before_its_wait_is_over_is_found() {
    let many = |seconds: i64, result| {
        broken(|history, kept| {
            history.lines.truncate(1);
            history.seen.clear();
            kept.audit = (1..=6).map(|n| row(n, Result::Failed, n)).collect();
            kept.audit[0].result = Result::Done;
            kept.audit.push(row(7, result, 6 + seconds));
            let failures = if result == Result::Failed { 6 } else { 0 };
            let counter = if result == Result::Done { 2 } else { 1 };
            kept.tokens = [(TOKEN, State { counter, failures })].into();
        })
    };
    assert_eq!(many(29, Result::Failed), ["I5"]);
    assert_eq!(many(29, Result::Done), ["I5"]);
    assert_eq!(many(30, Result::Failed), Vec::<&str>::new());
    assert_eq!(many(30, Result::Done), Vec::<&str>::new());
}

#[test]
fn an_error_that_is_taken_for_an_answer_is_found() {
    assert_eq!(broken(|history, _| history.lines[0].status = 500), ["I6"]);
    assert_eq!(broken(|history, _| history.lines[2].status = 500), ["I6"]);
    assert_eq!(broken(|history, _| history.lines[2].status = 200), ["I6"]);
    let later = broken(|history, _| history.lines[2].status = 503);
    assert_eq!(later, Vec::<&str>::new());
}

#[test]
fn two_answers_to_one_request_are_found() {
    let two = broken(|history, _| {
        history.lines[2].outcome = Outcome::No;
        history.lines[2].status = 200;
    });
    assert_eq!(two, ["I3", "I7"]);
}

#[test]
fn a_number_that_the_audit_gives_twice_is_found() {
    assert_eq!(broken(|_, kept| kept.audit[1].id = 1), ["I9"]);
}
