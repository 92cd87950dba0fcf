//! Brings a database to this version, as its owner, and gives the service's role what it needs and no
//! more: it may append to the audit and read it, never change or empty it.

use crate::error::Result;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{AssertSqlSafe, PgPool};

/// The migrations, inside the binary.
pub static MIGRATIONS: Migrator = sqlx::migrate!();

/// Runs what is missing (one migrator at a time; each migration is all or nothing), and makes the audit's months
/// from this one on: what is told before they are there stands with the months for which none was made, and costs
/// more.
pub async fn migrate(owner: &PgPool) -> std::result::Result<(), MigrateError> {
    MIGRATIONS.run(owner).await?;
    sqlx::query_scalar!("select make_audit_partitions(now(), 4)")
        .fetch_one(owner)
        .await
        .map_err(MigrateError::Execute)?;
    Ok(())
}

/// Grants to the service's role, all or nothing, so that there is no moment in which it could rewrite the
/// audit. `service` is the role name of `DATABASE_URL`.
pub async fn grant(owner: &PgPool, service: &str) -> Result<()> {
    let role = format!("\"{}\"", service.replace('"', "\"\""));
    let statements = [
        format!("grant usage on schema public to {role}"),
        format!("grant select, insert, update, delete on all tables in schema public to {role}"),
        format!("revoke update, delete, truncate on audit, audit_default from {role}"),
        // what was given once stays given
        format!("revoke update, delete, truncate on serial_given from {role}"),
        format!("revoke all on _sqlx_migrations from {role}"),
        format!("grant select on _sqlx_migrations to {role}"),
        format!("grant execute on function make_audit_partitions to {role}"),
    ];
    let mut tx = owner.begin().await?;
    for statement in statements {
        sqlx::query(AssertSqlSafe(statement))
            .execute(&mut *tx)
            .await?;
    }
    let partitions = sqlx::query_scalar!(
        r#"select inhrelid::regclass::text as "name!" from pg_inherits
           where inhparent = 'audit'::regclass"#
    );
    for name in partitions.fetch_all(&mut *tx).await? {
        let revoke = format!("revoke update, delete, truncate on {name} from {role}");
        sqlx::query(AssertSqlSafe(revoke)).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Whether the database has all of this version's migrations, and none of a later one.
pub async fn is_current(db: &PgPool) -> Result<bool> {
    let applied = sqlx::query_scalar!(r#"select max(version) as "max" from _sqlx_migrations"#)
        .fetch_one(db)
        .await?;
    Ok(applied == MIGRATIONS.iter().map(|migration| migration.version).max())
}

/// What the database's clock says.
pub async fn clock(db: &PgPool) -> Result<domain::Timestamp> {
    let now = sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#)
        .fetch_one(db)
        .await?;
    Ok(crate::instant::instant(now))
}

/// Whether the service's role owns the audit table, and so could rewrite it.
pub async fn owns_audit(db: &PgPool) -> Result<bool> {
    let owns = sqlx::query_scalar!(
        r#"select pg_has_role(current_user, relowner, 'member') as "owns!"
           from pg_class where oid = 'audit'::regclass"#
    );
    Ok(owns.fetch_one(db).await?)
}
