//! The two roles and the one database of the private cluster. The owner's tables are not the
//! service's: that is what keeps the audit out of its reach.

use sqlx::{Connection as _, Executor as _, PgConnection};

use super::{Durability, Embedded};

/// Owns the database and every table; only migrations use it.
pub(super) const OWNER: &str = "tokendesk_owner";
/// The service; owns nothing.
pub(super) const SERVICE: &str = "tokendesk";
/// The one database.
pub(super) const DATABASE: &str = "tokendesk";

/// Makes what is missing; what each role may do to a table is the migrations' business.
pub(super) async fn ensure(embedded: &Embedded, durability: Durability) -> sqlx::Result<()> {
    let mut superuser = PgConnection::connect(&embedded.superuser_url()).await?;
    for role in [OWNER, SERVICE] {
        let exists: bool =
            sqlx::query_scalar("select exists (select from pg_roles where rolname = $1)")
                .bind(role)
                .fetch_one(&mut superuser)
                .await?;
        if !exists {
            // the names are our own constants
            let create = format!("create role {role} login");
            superuser.execute(sqlx::AssertSqlSafe(create)).await?;
        }
    }
    let exists: bool =
        sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(DATABASE)
            .fetch_one(&mut superuser)
            .await?;
    if !exists {
        superuser
            .execute("create database tokendesk owner tokendesk_owner")
            .await?;
        superuser
            .execute("revoke all on database tokendesk from public")
            .await?;
        superuser
            .execute("grant connect on database tokendesk to tokendesk")
            .await?;
    }
    if durability == Durability::ForTests {
        superuser
            .execute("alter role tokendesk_owner createdb")
            .await?;
    }
    superuser.close().await
}

/// Whether the service can connect.
pub(super) async fn reachable(embedded: &Embedded) -> sqlx::Result<()> {
    PgConnection::connect(&embedded.service_url())
        .await?
        .close()
        .await
}
