//! What the audit is told of a user's names and contacts, before and after.

use crate::random;
use crate::seal::KeyRing;
use domain::user::{mask_email, mask_phone};
use domain::{ContactKind, Name, User, contact};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Username, given name, family name and department.
pub(super) type Names<'a> = [&'a str; 4];

/// The words of [`Names`] in the audit.
const NAMES: Names<'static> = ["username", "given_name", "family_name", "department"];

/// What differs; of a user who is new, all that there is. Contacts stand masked, as on the screen of
/// whoever may not see them, beside a keyed hash of each, to search by. `None` for contacts that stay.
///
/// A row may be about several of them, so the hashes are no column, but one list in `changes`.
pub(super) fn changes(
    keys: &KeyRing,
    before: Option<&User>,
    names: Names<'_>,
    contacts: Option<&[(ContactKind, Name)]>,
) -> Value {
    let mut changes = Map::new();
    let old = before.map(|it| {
        [
            &it.username,
            &it.given_name,
            &it.family_name,
            &it.department,
        ]
    });
    for (at, (word, new)) in NAMES.into_iter().zip(names).enumerate() {
        let old = old.map(|old| old[at].as_str());
        if old.unwrap_or_default() != new {
            changes.insert(word.to_owned(), json!([old, new]));
        }
    }
    let old: Vec<_> = before
        .map(|it| it.contacts.as_slice())
        .unwrap_or_default()
        .iter()
        .map(|it| (it.kind, it.value.as_str()))
        .collect();
    let new = contacts.map(|all| all.iter().map(|(kind, value)| (*kind, value.as_str())));
    if let Some(new) = new
        .map(Iterator::collect::<Vec<_>>)
        .filter(|new| *new != old)
    {
        let all = old.iter().chain(&new);
        let hashes: BTreeSet<String> = all.map(|(kind, value)| hash(keys, *kind, value)).collect();
        changes.insert("contacts".to_owned(), json!([masked(&old), masked(&new)]));
        changes.insert("contact_hashes".to_owned(), json!(hashes));
    }
    Value::Object(changes)
}

fn masked(contacts: &[(ContactKind, &str)]) -> Vec<String> {
    let mask = |(kind, value): &(ContactKind, &str)| match kind {
        ContactKind::Phone => mask_phone(value),
        ContactKind::Email => mask_email(value),
    };
    contacts.iter().map(mask).collect()
}

/// What the audit knows a number or an address by, in whatever spelling it was typed. Keyed, for there are
/// too few numbers to keep a plain hash; by the ring's first key, so whoever takes that key out of the
/// ring finds older rows by their masks only.
fn hash(keys: &KeyRing, kind: ContactKind, value: &str) -> String {
    let content = format!("{} {}", kind.as_str(), contact::compared(kind, value));
    random::hex(&keys.digest("contact", content.as_bytes()))
}
