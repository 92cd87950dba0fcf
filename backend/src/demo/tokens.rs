//! The sample's tokens: both kinds, every status, every hint.

use super::Sampling;
use crate::error::{Error, Result};
use crate::instant::column;
use crate::otp;
use crate::tokens::make::{NewToken, give_serial, make};
use domain::{RealmId, Timestamp, TokenId, UserId};
use std::time::Duration;

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
    realm: RealmId,
    (slug, description, state): (&str, &str, State),
    place: u64,
) -> Result<()> {
    let now = sampling.now;
    let token_type = sampling.types.iter().find(|it| it.slug == slug);
    let token_type = token_type.ok_or(Error::Stored("token_type.slug"))?;
    let serial = give_serial(sampling.tx, token_type.kind).await?;
    let created = ago(now, 24 * (40 + 9 * place));
    let new = NewToken {
        realm,
        user,
        token_type: token_type.id,
        kind: token_type.kind,
        algorithm: token_type.algorithm,
        digits: token_type.digits,
        period: token_type.period,
        serial: serial.as_str(),
        description,
        seed: &otp::new_seed(token_type.algorithm)?,
        counter: 0,
        drift: match state {
            State::Drifting => 6,
            _ => 0,
        },
        expires_at: match state {
            State::Expired => Some(ago(now, 24 * 5)),
            State::ExpiresSoon => Some(ahead(now, 24 * 11)),
            _ => None,
        },
        created_at: created,
        created_by: super::NAME,
    };
    let token = make(sampling.tx, &sampling.backend.keys, new).await?;
    live(sampling, token, state, place).await?;
    let it = (token, &serial, description);
    super::history::insert(sampling, user, it, (created, state, place)).await
}

/// What use, wrong codes and operators made of it since.
async fn live(sampling: &mut Sampling<'_>, token: TokenId, state: State, place: u64) -> Result<()> {
    let now = sampling.now;
    let used = !matches!(state, State::NeverUsed);
    let (failures, retry_at) = match state {
        State::Waiting => (7, Some(now.after(Duration::from_secs(1_800)))),
        State::Locked => (50, Some(ahead(now, 1))),
        _ => (0, None),
    };
    let disabled = matches!(state, State::Disabled | State::DisabledForAWeek);
    let until = matches!(state, State::DisabledForAWeek).then(|| ahead(now, 24 * 7));
    sqlx::query!(
        "update token_auth set failures = $2, retry_at = $3, last_used_at = $4, disabled_at = $5,
             disabled_until = $6
         where token_id = $1",
        token.0,
        failures,
        retry_at.map(column),
        used.then(|| column(ago(now, 1 + 13 * place))),
        disabled.then(|| column(ago(now, 30))),
        until.map(column),
    )
    .execute(&mut *sampling.tx)
    .await?;
    sqlx::query!(
        "update token set disabled_by = $2, disabled_reason = $3 where id = $1",
        token.0,
        disabled.then_some(super::NAME),
        disabled.then_some("Holiday"),
    )
    .execute(&mut *sampling.tx)
    .await?;
    Ok(())
}
