//! Token types: what administrators made of the kinds, and which of them a user can be given now.

mod edit;
mod settings;

pub use edit::{Edited, edit};
pub use settings::rows;

use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::instant::instant;
use crate::{Backend, tokens, users};
use domain::tab::Choices;
use domain::token_type::{DescriptionRule, Obsolete, TokenType};
use domain::{
    Action, Algorithm, Digits, Kind, Privilege, Timestamp, Token, TokenTypeId, UserId, token,
};
use sqlx::PgConnection;
use uuid::Uuid;

/// What can be enrolled on behalf of this user: also what cannot be now, with the reason.
pub async fn choices(backend: &Backend, caller: &Caller, user: UserId) -> Result<Choices> {
    let permit = backend
        .may_for(caller, Privilege::TokensEnrol, user)
        .await?;
    let mut db = backend.db.acquire().await?;
    let user = users::read::seen_by(&mut db, caller, user, permit.realms()).await?;
    let mut tokens = tokens::row::of_user(&mut db, user.id).await?;
    let enrolments = tokens::row::waiting(&mut db, user.id, caller.now).await?;
    let types = all(&mut db).await?;
    let types = types
        .into_iter()
        .filter(|token_type| token_type.enrollable)
        .map(|token_type| {
            let blocked = token_type.enrol_blocked(count(&tokens, &token_type), caller.now);
            (token_type, blocked)
        })
        .collect();
    token::sort(&mut tokens, caller.now);
    // counted above for everybody, shown to who may look at tokens
    if !caller.actor.holds(Privilege::TokensView, user.realm) {
        tokens.clear();
    }
    Ok(Choices {
        user,
        tokens,
        types,
        enrolments,
    })
}

/// The type that follows this one, if it can be enrolled on behalf of anybody.
pub(crate) async fn following(
    db: &mut PgConnection,
    token_type: TokenTypeId,
) -> Result<Option<TokenType>> {
    let follows = sqlx::query_scalar!("select follows from token_type where id = $1", token_type.0)
        .fetch_optional(&mut *db)
        .await?
        .flatten();
    let types = all(db).await?;
    Ok(types
        .into_iter()
        .find(|it| follows == Some(it.id.0) && it.enrollable))
}

/// How many of these tokens are of the type.
pub(crate) fn count(tokens: &[Token], token_type: &TokenType) -> usize {
    tokens
        .iter()
        .filter(|token| token.token_type.id == token_type.id)
        .count()
}

/// The types that are obsolete now.
pub(crate) async fn obsolete(db: &mut PgConnection, now: Timestamp) -> Result<Vec<Uuid>> {
    let types = all(db).await?.into_iter();
    let obsolete = types.filter(|it| it.obsolete_at(now).is_some());
    Ok(obsolete.map(|it| it.id.0).collect())
}

/// All types in their order, with their English names: a few rows, read whole. Those of a kind that only a
/// newer version knows are not there for this one, nor are their tokens.
pub(crate) async fn all(db: &mut PgConnection) -> Result<Vec<TokenType>> {
    let rows = sqlx::query!(
        r#"select t.id, t.slug, t.kind, n.name, n.help, t.icon, t.algorithm, t.digits, t.period,
             t.maximum, t.validity_days, t.notice_days, t.enrollable, t.description,
             t.denied_actions, t.obsolete_since, f.name as "followed_by?", t.grace_until
         from token_type t
         join token_type_name n on n.type_id = t.id and n.language = 'en'
         left join token_type_name f on f.type_id = t.follows and f.language = 'en'
         order by t.position, t.slug"#,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .filter_map(|row| Some((Kind::parse(&row.kind)?, row)))
        .map(|(kind, row)| {
            Ok(TokenType {
                id: TokenTypeId(row.id),
                slug: row.slug,
                kind,
                name: row.name,
                help: row.help,
                icon: row.icon,
                algorithm: Algorithm::parse(&row.algorithm)
                    .ok_or(Error::Stored("token_type.algorithm"))?,
                digits: Digits::from_number(row.digits)
                    .ok_or(Error::Stored("token_type.digits"))?,
                period: number(row.period, "token_type.period")?,
                maximum: row
                    .maximum
                    .map(|maximum| number(maximum, "token_type.maximum"))
                    .transpose()?,
                validity_days: row
                    .validity_days
                    .map(|days| number(days, "token_type.validity_days"))
                    .transpose()?,
                notice_days: number(row.notice_days, "token_type.notice_days")?,
                enrollable: row.enrollable,
                description: DescriptionRule::parse(&row.description)
                    .ok_or(Error::Stored("token_type.description"))?,
                // a word of a newer version takes away nothing that this one can do
                denied: row
                    .denied_actions
                    .iter()
                    .filter_map(|word| Action::parse(word))
                    .collect(),
                obsolete: row.obsolete_since.map(|since| Obsolete {
                    since: instant(since),
                    followed_by: row.followed_by,
                    grace_until: row.grace_until.map(instant),
                }),
            })
        })
        .collect()
}

fn number<N, M: TryFrom<N>>(number: N, column: &'static str) -> Result<M> {
    M::try_from(number).map_err(|_| Error::Stored(column))
}
