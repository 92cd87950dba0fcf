//! The sample's tokens: both kinds, every status, every hint.

use super::Sampling;
use crate::error::Result;
use crate::instant::column;
use crate::seal::Place;
use crate::{otp, random};
use domain::{Algorithm, Kind, Timestamp, UserId};
use std::time::Duration;
use uuid::Uuid;

/// A state worth seeing.
#[derive(Clone, Copy)]
pub(super) enum State {
    Used,
    NeverUsed,
    Disabled,
    DisabledForAWeek,
    Waiting,
    Locked,
    Expired,
    ExpiresSoon,
    Drifting,
}

/// What the user at this place of the list holds: slug of the type, description, state.
pub(super) fn of_user(place: usize) -> Vec<(&'static str, &'static str, State)> {
    use State::*;
    match place {
        0 => vec![
            ("authenticator-app", "iPhone 15", Used),
            ("hotp-app", "Backup tablet", Locked),
            ("old-authenticator", "Old phone", Used),
            (
                "authenticator-app",
                "Spare in the branch safe",
                DisabledForAWeek,
            ),
            ("hotp-app", "Work tablet", ExpiresSoon),
        ],
        1 => vec![("authenticator-app", "Pixel 9", Waiting)],
        2 => vec![("authenticator-app", "Fairphone", Drifting)],
        3 => vec![("hotp-app", "Tablet", Used)],
        4 => vec![("authenticator-app", "Galaxy S24", Disabled)],
        5 => vec![("authenticator-app", "Old tablet", Expired)],
        6 => vec![("old-authenticator", "Phone", Used)],
        7 => vec![("authenticator-app", "New phone", NeverUsed)],
        8 | 9 => vec![],
        place if place % 7 == 3 => {
            vec![
                ("hotp-app", "Tablet", Used),
                ("authenticator-app", "", Disabled),
            ]
        }
        place if place % 11 == 5 => vec![],
        place if place % 3 == 0 => vec![("hotp-app", "Tablet", Used)],
        _ => vec![("authenticator-app", "Phone", Used)],
    }
}

fn ago(now: Timestamp, hours: u64) -> Timestamp {
    now.before(Duration::from_secs(hours * 3_600))
}

fn ahead(now: Timestamp, hours: u64) -> Timestamp {
    now.after(Duration::from_secs(hours * 3_600))
}

/// Inserts one token. `place` only spreads the dates.
pub(super) async fn insert(
    sampling: &mut Sampling<'_>,
    user: UserId,
    realm: Uuid,
    (slug, description, state): (&str, &str, State),
    place: u64,
) -> Result<()> {
    let now = sampling.now;
    let kind = if slug == "hotp-app" {
        Kind::Hotp
    } else {
        Kind::Totp
    };
    let id = random::id(now)?;
    let serial = random::serial(kind.serial_prefix())?;
    let seed = otp::new_seed(Algorithm::Sha1)?;
    let sealed = sampling.backend.keys.seal(&seed, Place::TokenSeed(id))?;
    let created = ago(now, 24 * (40 + 9 * place));
    let used = !matches!(state, State::NeverUsed);
    let (failures, retry_at) = match state {
        State::Waiting => (7, Some(now.after(Duration::from_secs(1_800)))),
        State::Locked => (50, Some(ahead(now, 1))),
        _ => (0, None),
    };
    let disabled = matches!(state, State::Disabled | State::DisabledForAWeek);
    let until = matches!(state, State::DisabledForAWeek).then(|| ahead(now, 24 * 7));
    let expires = match state {
        State::Expired => Some(ago(now, 24 * 5)),
        State::ExpiresSoon => Some(ahead(now, 24 * 11)),
        _ => None,
    };
    let drift = if matches!(state, State::Drifting) {
        6
    } else {
        0
    };
    let tx = &mut *sampling.tx;
    sqlx::query!(
        "insert into serial_given (serial) values ($1)",
        serial.as_str()
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into token_auth (token_id, user_id, type_id, kind, algorithm, digits, period, drift,
             drift_set, failures, retry_at, last_used_at, disabled_at, disabled_until, expires_at,
             seed_sealed)
         select $1, $2, id, kind, algorithm, digits, period, $3, $3, $4, $5, $6, $7, $8, $9, $10
         from token_type where slug = $11",
        id,
        user.0,
        drift,
        failures,
        retry_at.map(column),
        used.then(|| column(ago(now, 1 + 13 * place))),
        disabled.then(|| column(ago(now, 30))),
        until.map(column),
        expires.map(column),
        sealed,
        slug,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into token (id, realm_id, user_id, serial, description, disabled_by,
             disabled_reason, created_at, created_by, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'Mara Vogt', $8)",
        id,
        realm,
        user.0,
        serial.as_str(),
        description,
        disabled.then_some("Mara Vogt"),
        disabled.then_some("Holiday"),
        column(created),
    )
    .execute(&mut *tx)
    .await?;
    super::history::insert(
        sampling,
        user,
        (id, &serial, description),
        (created, state, place),
    )
    .await
}
