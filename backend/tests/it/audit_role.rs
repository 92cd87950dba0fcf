//! The service's own login may add to the audit and read it, and nothing else.

use backend::migrate;
use sqlx::PgPool;

#[sqlx::test(migrations = "./migrations")]
async fn the_service_can_neither_change_nor_take_away_a_row_of_the_audit(db: PgPool) {
    // a role that every cluster has, so that the test needs no right to make one
    let role = "pg_monitor";
    sqlx::query("select make_audit_partitions(now(), 2)")
        .execute(&db)
        .await
        .unwrap();
    migrate::grant(&db, role).await.unwrap();
    let may = async |right: &str| -> Vec<String> {
        let sql = "select c.oid::regclass::text from pg_class c
                   where (c.oid = 'audit'::regclass or c.oid in
                       (select inhrelid from pg_inherits where inhparent = 'audit'::regclass))
                   and has_table_privilege($1, c.oid, $2)";
        let tables = sqlx::query_scalar(sql).bind(role).bind(right);
        tables.fetch_all(&db).await.unwrap()
    };
    for right in ["update", "delete", "truncate", "trigger", "references"] {
        assert_eq!(may(right).await, Vec::<String>::new(), "{right}");
    }
    for right in ["insert", "select"] {
        assert!(may(right).await.contains(&"audit".to_owned()), "{right}");
    }
    let owns = "select pg_has_role($1, relowner, 'member') from pg_class
                where oid = 'audit'::regclass";
    let owns: bool = sqlx::query_scalar(owns)
        .bind(role)
        .fetch_one(&db)
        .await
        .unwrap();
    assert!(!owns);
}

#[sqlx::test(migrations = "./migrations")]
async fn the_first_thing_told_stands_in_its_month(db: PgPool) {
    migrate::migrate(&db).await.unwrap();
    let first = "insert into audit (at, actor_kind, actor_name, via, action, result, trace_id)
                 values (now(), 'command', '', 'command', 'client.create', 'done', gen_random_uuid())
                 returning tableoid::regclass::text, 'audit_' || to_char(now() at time zone 'UTC', 'YYYY_MM')";
    let (place, month): (String, String) = sqlx::query_as(first).fetch_one(&db).await.unwrap();
    assert_eq!(place, month);
}
