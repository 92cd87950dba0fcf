//! What an administrator may change of each type, as it is stored.

use super::{all, number};
use crate::Backend;
use crate::audit::Row;
use crate::auth::{Caller, Permit};
use crate::error::{Error, Result};
use crate::instant::instant;
use domain::audit::{Deed, Outcome};
use domain::token_type::DescriptionRule;
use domain::type_settings::{Ending, Help, Language, Named, Settings, TypeIcon, TypeRow};
use domain::{Name, Privilege, RealmId, TokenTypeId};
use sqlx::PgConnection;
use std::collections::HashMap;

/// All types with their settings, and how many tokens of each the users have.
pub async fn rows(backend: &Backend, caller: &Caller) -> Result<Vec<TypeRow>> {
    let permit = may(backend, caller).await?;
    let mut db = backend.db.acquire().await?;
    let tokens = tokens(&mut db, &permit).await?;
    let mut stored: HashMap<_, _> = read(&mut db)
        .await?
        .into_iter()
        .map(|stored| (stored.id, stored))
        .collect();
    let rows = all(&mut db).await?.into_iter().filter_map(|token_type| {
        let Stored {
            settings, version, ..
        } = stored.remove(&token_type.id)?;
        Some(TypeRow {
            tokens: tokens.get(&token_type.id).copied().unwrap_or(0),
            settings,
            version,
            token_type,
        })
    });
    Ok(rows.collect())
}

/// The permit for what all realms share: it must hold in each of them, whose users a change concerns.
pub(super) async fn may(backend: &Backend, caller: &Caller) -> Result<Permit> {
    let permit = backend.may(caller, Privilege::TypesManage).await?;
    let elsewhere = sqlx::query_scalar!(
        r#"select exists (select from realm where id <> $1 and id <> all($2)) as "elsewhere!""#,
        RealmId::OPERATORS.0,
        permit.realms(),
    )
    .fetch_one(&backend.db)
    .await?;
    if elsewhere {
        let row = Row {
            reason: Some(Privilege::TypesManage.as_str().to_owned()),
            ..Row::new(Deed::Refuse, Outcome::Refused)
        };
        backend.refuse(caller, &row).await?;
        return Err(Error::Forbidden(Privilege::TypesManage));
    }
    Ok(permit)
}

async fn tokens(db: &mut PgConnection, permit: &Permit) -> Result<HashMap<TokenTypeId, u64>> {
    let rows = sqlx::query!(
        r#"select a.type_id, count(*) as "tokens!" from token t
           join token_auth a on a.token_id = t.id
           where t.realm_id = any($1) and t.user_id is not null group by a.type_id"#,
        permit.realms(),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| Ok((TokenTypeId(row.type_id), number(row.tokens, "count")?)))
        .collect()
}

/// A type's settings and the version they are.
pub(super) struct Stored {
    pub id: TokenTypeId,
    pub slug: String,
    pub settings: Settings,
    pub version: i64,
}

/// The settings of all types.
pub(super) async fn read(db: &mut PgConnection) -> Result<Vec<Stored>> {
    let mut names: HashMap<_, Vec<Named>> = HashMap::new();
    let rows = sqlx::query!("select type_id, language, name, help from token_type_name")
        .fetch_all(&mut *db)
        .await?;
    for row in rows {
        // a language of a newer version is left as it is
        let Some(language) = Language::parse(&row.language) else {
            continue;
        };
        names.entry(row.type_id).or_default().push(Named {
            language,
            name: Name::cut(&row.name),
            help: Help::cut(&row.help),
        });
    }
    let rows = sqlx::query!(
        "select id, slug, icon, position, enrollable, description, maximum, obsolete_since,
             grace_until, follows, version
         from token_type",
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let mut names = names.remove(&row.id).unwrap_or_default();
            names.sort_by_key(|it| it.language);
            let settings = Settings {
                names,
                // a sign of a newer version is drawn as a key
                icon: TypeIcon::parse(&row.icon).unwrap_or(TypeIcon::KeyRound),
                position: number(row.position, "token_type.position")?,
                enrollable: row.enrollable,
                description: DescriptionRule::parse(&row.description)
                    .ok_or(Error::Stored("token_type.description"))?,
                maximum: row
                    .maximum
                    .map(|it| number(it, "token_type.maximum"))
                    .transpose()?,
                obsolete: row.obsolete_since.map(|since| Ending {
                    since: instant(since),
                    grace_until: row.grace_until.map(instant),
                    follows: row.follows.map(TokenTypeId),
                }),
            };
            Ok(Stored {
                id: TokenTypeId(row.id),
                slug: row.slug,
                settings,
                version: row.version,
            })
        })
        .collect()
}
