//! How the audit's rows are read: failures that repeat as one line, and what would mend the last one.

use crate::audit::{Deed, Entry, Outcome};
use crate::check::Refusal;
use crate::tab::May;
use crate::{Action, Timestamp, Token, User};

/// Rows that say the same: a failure and those like it right before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The newest of them.
    pub entry: Entry,
    /// How many they are.
    pub times: usize,
}

/// Puts failures of one token, for one reason, asked by one, that follow each other into one line. The
/// rows come and go newest first.
pub fn runs(mut entries: Vec<Entry>) -> Vec<Run> {
    give_names(&mut entries);
    let mut runs: Vec<Run> = Vec::new();
    for entry in entries {
        match runs.last_mut() {
            Some(last) if is_alike(&last.entry, &entry) => last.times += 1,
            _ => runs.push(Run { entry, times: 1 }),
        }
    }
    runs
}

/// A check's row holds a serial alone: its token is called as in the nearest row of it that came before,
/// else in the nearest one after. A token that is gone has its name nowhere else.
fn give_names(entries: &mut [Entry]) {
    for at in 0..entries.len() {
        let (newer, rest) = entries.split_at_mut(at);
        let Some((entry, older)) = rest.split_first_mut() else {
            return;
        };
        if entry.serial.is_empty() || !entry.object.is_empty() {
            continue;
        }
        let mut others = older.iter().chain(newer.iter().rev());
        let named = others.find(|it| it.serial == entry.serial && !it.object.is_empty());
        if let Some(named) = named {
            entry.object.clone_from(&named.object);
        }
    }
}

fn is_alike(one: &Entry, other: &Entry) -> bool {
    one.outcome == Outcome::Failed
        && other.outcome == Outcome::Failed
        && (one.deed, &one.reason, &one.serial) == (other.deed, &other.reason, &other.serial)
        && (&one.actor, &one.address) == (&other.actor, &other.address)
}

/// The newest verification among these rows that was accepted; they come newest first.
pub fn last_use(entries: &[Entry]) -> Option<&Entry> {
    last_verification(entries, Outcome::Done)
}

/// The newest verification among these rows that was not accepted.
pub fn last_failure(entries: &[Entry]) -> Option<&Entry> {
    last_verification(entries, Outcome::Failed)
}

fn last_verification(entries: &[Entry], outcome: Outcome) -> Option<&Entry> {
    let is_it = |entry: &&Entry| entry.deed == Some(Deed::Verify) && entry.outcome == outcome;
    entries.iter().find(is_it)
}

/// What would mend the cause of a failure.
#[derive(Clone, Copy, Debug)]
pub struct Mend<'a> {
    /// The number of the row.
    pub entry: i64,
    /// Whose failure.
    pub token: &'a Token,
    /// What can be done now, and by this reader.
    pub action: Action,
}

/// What would mend each token's newest failure, where its newest row is one.
pub fn mends<'a>(
    runs: &[Run],
    tokens: &'a [Token],
    user: &User,
    may: &May,
    now: Timestamp,
) -> Vec<Mend<'a>> {
    let mend = |token: &'a Token| {
        let newest = newest(runs, token.serial.as_str());
        let entry = newest.filter(|entry| entry.outcome == Outcome::Failed)?;
        let action = mended_by(&entry.reason)?;
        let offers = may.offers(token, user, now);
        let offer = offers.iter().find(|offer| offer.action == action)?;
        offer.blocked.is_none().then_some(Mend {
            entry: entry.id,
            token,
            action,
        })
    };
    tokens.iter().filter_map(mend).collect()
}

/// The newest row about a token that says something of it: what an operator was refused does not.
fn newest<'a>(runs: &'a [Run], serial: &str) -> Option<&'a Entry> {
    let checks = [Deed::Verify, Deed::TestToken, Deed::ResetToken];
    let says = |entry: &&Entry| {
        let is_check = entry.deed.is_some_and(|deed| checks.contains(&deed));
        entry.serial == serial && (is_check || entry.outcome != Outcome::Refused)
    };
    runs.iter().map(|run| &run.entry).find(says)
}

/// The action against a refusal, by its word in the audit.
fn mended_by(reason: &str) -> Option<Action> {
    let refusals = [
        Refusal::WrongCode,
        Refusal::Waits(Timestamp(0)),
        Refusal::Locked,
        Refusal::Disabled,
        Refusal::Obsolete,
    ];
    match refusals.into_iter().find(|it| it.as_str() == reason)? {
        // Pressed too often, or with a clock that is off: then no code fits until it is in step again.
        Refusal::WrongCode => Some(Action::Reset),
        Refusal::Waits(_) | Refusal::Locked => Some(Action::Unlock),
        Refusal::Disabled => Some(Action::Enable),
        Refusal::Obsolete => Some(Action::Replace),
        Refusal::CodeUsed
        | Refusal::UserWaits(_)
        | Refusal::UserLocked
        | Refusal::UserDisabled
        | Refusal::Expired
        | Refusal::NoToken
        | Refusal::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: i64, outcome: Outcome, reason: &str, serial: &str) -> Entry {
        Entry {
            id,
            at: Timestamp(id),
            deed: Some(Deed::Verify),
            outcome,
            actor: "VPN".to_owned(),
            address: String::new(),
            client_address: String::new(),
            serial: serial.to_owned(),
            object: String::new(),
            reason: reason.to_owned(),
            note: String::new(),
            privilege: None,
        }
    }

    #[test]
    fn only_failures_alike_that_follow_each_other_are_one_line() {
        let entries = vec![
            entry(7, Outcome::Failed, "wrong code", "A"),
            entry(6, Outcome::Failed, "wrong code", "A"),
            entry(5, Outcome::Failed, "wrong code", "B"),
            entry(4, Outcome::Done, "", "A"),
            entry(3, Outcome::Done, "", "A"),
            entry(2, Outcome::Failed, "wrong code", "A"),
            entry(1, Outcome::Failed, "token waits", "A"),
        ];
        let runs = runs(entries);
        let seen: Vec<_> = runs.iter().map(|run| (run.entry.id, run.times)).collect();
        assert_eq!(seen, [(7, 2), (5, 1), (4, 1), (3, 1), (2, 1), (1, 1)]);
    }

    #[test]
    fn the_last_use_and_the_last_failure_are_verifications() {
        let mut tested = entry(9, Outcome::Done, "", "A");
        tested.deed = Some(Deed::TestToken);
        let entries = vec![
            tested,
            entry(8, Outcome::Failed, "wrong code", "A"),
            entry(7, Outcome::Done, "", "A"),
            entry(6, Outcome::Done, "", "A"),
        ];
        assert_eq!(last_use(&entries).map(|entry| entry.id), Some(7));
        assert_eq!(last_failure(&entries).map(|entry| entry.id), Some(8));
        assert_eq!(last_use(&entries[..2]), None);
    }

    #[test]
    fn a_row_without_a_name_has_the_one_before_it_else_the_one_after() {
        let named = |id, name: &str| Entry {
            object: name.to_owned(),
            ..entry(id, Outcome::Done, "", "A")
        };
        let entries = vec![
            named(6, "New"),
            entry(5, Outcome::Done, "", "A"),
            entry(4, Outcome::Done, "", "B"),
            named(3, "Old"),
            entry(2, Outcome::Done, "", "A"),
            entry(1, Outcome::Done, "", ""),
        ];
        let runs = runs(entries);
        let names: Vec<_> = runs.iter().map(|run| run.entry.object.as_str()).collect();
        assert_eq!(names, ["New", "Old", "", "Old", "Old", ""]);
    }

    #[test]
    fn what_an_operator_was_refused_hides_no_failure() {
        let mut refused = entry(4, Outcome::Refused, "last active token", "A");
        refused.deed = Some(Deed::DisableToken);
        let wrong = entry(3, Outcome::Failed, "wrong code", "A");
        let waits = entry(5, Outcome::Refused, "token waits", "A");
        let id = |entries| newest(&runs(entries), "A").map(|it| it.id);
        assert_eq!(id(vec![refused.clone(), wrong.clone()]), Some(3));
        assert_eq!(id(vec![waits, refused.clone(), wrong]), Some(5));
        assert_eq!(id(vec![refused]), None);
    }

    #[test]
    fn each_cause_that_an_action_ends_names_it() {
        assert_eq!(mended_by("token locked"), Some(Action::Unlock));
        assert_eq!(mended_by("token waits"), Some(Action::Unlock));
        assert_eq!(mended_by("token disabled"), Some(Action::Enable));
        assert_eq!(mended_by("type obsolete"), Some(Action::Replace));
        assert_eq!(mended_by("wrong code"), Some(Action::Reset));
        assert_eq!(mended_by("code already used"), None);
        assert_eq!(mended_by("no such word"), None);
    }
}
