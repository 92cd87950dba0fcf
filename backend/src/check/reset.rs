//! A reset: two codes in a row bring our counter or clock back in step with the device.

use super::asked::{Asked, Told};
use super::decide::Decision;
use super::facts::Facts;
use super::not_found;
use crate::Backend;
use crate::audit::Row;
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::instant::column;
use crate::users;
use domain::audit::{Deed, Outcome};
use domain::check::{Purpose, Refusal};
use domain::{
    Action, Code, Digits, Limit, Privilege, Serial, Timestamp, TokenId, TryState, UserId,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgConnection;

/// Two codes as the device showed them, and what they are for.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The older one.
    pub first: Code,
    /// The one after it.
    pub second: Code,
    /// Whether a token that waits or is locked is unlocked with them. A wrong pair leaves it so.
    pub unlocks: bool,
}

/// What came out of a reset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reset {
    /// Both codes are spent, the failures are cleared, and the next code works.
    Done,
    /// They were not accepted; a wrong pair counts once.
    Refused {
        /// The true reason; of a wrong pair never which code was wrong.
        refusal: Refusal,
        /// Failures in a row of the token now.
        failures: u32,
        /// No code is looked at before this instant.
        waits_until: Option<Timestamp>,
    },
}

/// Resets a token. Counts and clears on the token only.
///
/// Fails with `NotFound` outside the operator's realms, where the type denies it, and for a kind that
/// follows neither a counter nor a clock; with `CodeLength` for codes that this token cannot make.
pub async fn reset(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    serial: &Serial,
    pair: &Pair,
) -> Result<Reset> {
    let token = find(backend, caller, (user, serial), pair).await?;
    let asked = Asked {
        code: Some(pair.first.clone()),
        pair: Some((pair.second.clone(), pair.unlocks)),
        ..Asked::about(caller, user, Some(token), Purpose::Reset)
    };
    Ok(match backend.checks.ask(asked).await? {
        Told::Accepted { .. } => Reset::Done,
        Told::Refused {
            refusal,
            failures,
            waits_until,
        } => Reset::Refused {
            refusal,
            failures,
            waits_until,
        },
    })
}

/// The token, if all that the deed takes is allowed in its realm.
async fn find(
    backend: &Backend,
    caller: &Caller,
    (user, serial): (UserId, &Serial),
    pair: &Pair,
) -> Result<TokenId> {
    let permit = backend
        .may_for(caller, Privilege::TokensReset, user)
        .await?;
    let mut realms = permit.realms().to_vec();
    let mut action = Action::Reset;
    if pair.unlocks {
        let permit = backend
            .may_for(caller, Privilege::TokensUnlock, user)
            .await?;
        realms.retain(|realm| permit.realms().contains(realm));
        action = Action::UnlockAndReset;
    }
    let parts: Vec<String> = action
        .parts()
        .iter()
        .map(|it| it.as_str().to_owned())
        .collect();
    let token = sqlx::query!(
        "select t.id, a.digits from token t
         join token_auth a on a.token_id = t.id
         join token_type y on y.id = a.type_id
         where t.serial = $1 and t.user_id = $2 and t.realm_id = any($3)
           and a.kind in ('totp', 'hotp') and not y.denied_actions && $4",
        serial.as_str(),
        user.0,
        &realms,
        &parts,
    )
    .fetch_optional(&backend.db)
    .await?;
    let Some(token) = token else {
        let about = (user, serial);
        return Err(not_found(backend, caller, Deed::ResetToken, about).await?);
    };
    let digits = Digits::from_number(token.digits).ok_or(Error::Stored("digits"))?;
    if [&pair.first, &pair.second].map(Code::digits) != [digits; 2] {
        return Err(Error::CodeLength(digits));
    }
    Ok(TokenId(token.id))
}

/// A reset that was done, as far as it writes besides the token's new state and the audit: an operator has changed
/// the token, and a token that was unlocked with it may be the one that the user signs in with.
#[derive(Debug)]
pub(super) struct Done {
    token: TokenId,
    user: UserId,
    /// Whether the token waited or was locked.
    unlocks: bool,
}

impl Done {
    /// That of a decision, on the facts before.
    pub fn of(facts: &Facts, decision: &Decision, unlocks: bool) -> Option<Self> {
        Some(Self {
            token: facts.tokens[decision.token?].id,
            user: facts.id,
            unlocks,
        })
    }

    /// Writes it.
    pub async fn settle(&self, tx: &mut PgConnection, caller: &Caller) -> Result<()> {
        sqlx::query!(
            "update token set updated_at = $2, version = version + 1 where id = $1",
            self.token.0,
            column(caller.now),
        )
        .execute(&mut *tx)
        .await?;
        if self.unlocks {
            users::refresh(tx, self.user, caller.now).await?;
        }
        Ok(())
    }
}

/// What the audit is told of a reset of a token that waited or was locked, on the facts before: it unlocks too.
pub(super) fn unlocked(facts: &Facts, decision: &Decision, now: Timestamp) -> Option<Row> {
    let token = &facts.tokens[decision.token?];
    (token.tries.state(Limit::TOKEN, now) != TryState::Open).then(|| Row {
        realm: Some(facts.realm),
        user: Some(facts.id),
        token: Some(token.id),
        changes: Some(json!({ "failures": [token.tries.failures, 0] })),
        ..Row::new(Deed::UnlockToken, Outcome::Done)
    })
}

/// Before and after, for the audit.
pub(super) fn changes(facts: &Facts, decision: &Decision) -> Option<serde_json::Value> {
    let (before, after) = (facts.tokens[decision.token?].state(), decision.state?);
    Some(json!({
        "counter": [before.counter, after.counter],
        "drift": [before.drift, after.drift],
        "failures": [before.tries.failures, after.tries.failures],
    }))
}
