//! The private PostgreSQL survives what a day at the office does to it.

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use server::embedded::{Durability, Embedded, StartError};
use sqlx::{Connection as _, Executor as _, PgConnection};

use crate::process::{Folder, eventually};

fn tokendesk(folder: &Path, program: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tokendesk"));
    command
        .args(["database", "--data-dir"])
        .arg(folder)
        .arg("--")
        .args(program);
    command
}

/// Whether a process works somewhere: one that has ended and waits to be reaped does not.
fn works(pid: Pid) -> bool {
    fs::read_link(format!("/proc/{pid}/cwd")).is_ok()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn the_service_owns_nothing_and_what_was_written_is_there_at_the_next_start() {
    let folder = Folder::new("roles");
    let embedded = Embedded::start(&folder.0, Durability::Durable)
        .await
        .unwrap();
    let mut owner = PgConnection::connect(&embedded.owner_url()).await.unwrap();
    owner
        .execute("create table kept (id int); insert into kept values (7)")
        .await
        .unwrap();
    owner
        .execute("grant select on kept to tokendesk")
        .await
        .unwrap();
    let fsync: String = sqlx::query_scalar("show fsync")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert_eq!(fsync, "on");
    embedded.stop().await;
    assert!(folder.postmaster().is_none(), "it still runs");

    let embedded = Embedded::start(&folder.0, Durability::Durable)
        .await
        .unwrap();
    let mut service = PgConnection::connect(&embedded.service_url())
        .await
        .unwrap();
    let kept: i32 = sqlx::query_scalar("select id from kept")
        .fetch_one(&mut service)
        .await
        .unwrap();
    assert_eq!(kept, 7);
    assert!(service.execute("drop table kept").await.is_err());
    assert!(service.execute("create table mine (id int)").await.is_err());
    embedded.stop().await;
}

#[tokio::test]
async fn a_killed_postgres_comes_back() {
    let folder = Folder::new("killed");
    let embedded = Embedded::start(&folder.0, Durability::Durable)
        .await
        .unwrap();
    let first = folder.postmaster().unwrap();
    kill(first, Signal::SIGKILL).unwrap();
    let url = embedded.service_url();
    eventually(async || folder.postmaster().filter(|&pid| pid != first)).await;
    eventually(async || PgConnection::connect(&url).await.ok()).await;
    embedded.stop().await;
    assert!(folder.postmaster().is_none(), "it still runs");
}

#[tokio::test]
async fn after_a_killed_tokendesk_the_next_start_works_and_runs_one_postgres() {
    let folder = Folder::new("orphan");
    let mut killed = tokendesk(&folder.0, &["cat"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    eventually(async || Embedded::join(&folder.0).await.ok()).await;
    let left_behind = folder.postmaster().unwrap();
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(
        works(left_behind),
        "nothing was left behind: the test tests nothing"
    );

    let embedded = Embedded::start(&folder.0, Durability::Durable)
        .await
        .unwrap();
    assert_ne!(folder.postmaster(), Some(left_behind));
    assert!(!works(left_behind), "two servers run");
    PgConnection::connect(&embedded.service_url())
        .await
        .unwrap();
    embedded.stop().await;
}

#[tokio::test]
async fn a_folder_in_use_is_refused_to_a_second_owner_and_open_to_a_visitor() {
    let folder = Folder::new("in-use");
    let embedded = Embedded::start(&folder.0, Durability::Durable)
        .await
        .unwrap();
    match Embedded::start(&folder.0, Durability::Durable).await {
        Err(StartError::InUse { owner, .. }) => {
            assert_eq!(owner, std::process::id().to_string());
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("two owners"),
    }
    let visitor = Embedded::join(&folder.0).await.unwrap();
    visitor.stop().await;
    PgConnection::connect(&embedded.service_url())
        .await
        .expect("the visitor stopped it");
    embedded.stop().await;
}

#[tokio::test]
async fn a_folder_of_another_version_is_refused_with_both_versions() {
    let folder = Folder::new("version");
    fs::create_dir(folder.0.join("postgres")).unwrap();
    fs::write(folder.0.join("postgres/PG_VERSION"), "9\n").unwrap();
    let output = tokendesk(&folder.0, &["true"]).output().unwrap();
    assert!(!output.status.success());
    let said = stderr(&output);
    assert!(
        said.contains("was made by PostgreSQL 9, but installed is "),
        "{said}"
    );
}

#[tokio::test]
async fn a_folder_that_is_no_cluster_is_left_alone() {
    let folder = Folder::new("other");
    fs::create_dir(folder.0.join("postgres")).unwrap();
    fs::write(folder.0.join("postgres/thesis.txt"), "mine").unwrap();
    let output = tokendesk(&folder.0, &["true"]).output().unwrap();
    assert!(!output.status.success());
    assert!(
        stderr(&output).contains("is not a database folder"),
        "{}",
        stderr(&output)
    );
    assert!(folder.0.join("postgres/thesis.txt").exists());
}

#[test]
fn the_exit_status_of_the_program_is_passed_on() {
    let folder = Folder::new("status");
    let status = tokendesk(&folder.0, &["sh", "-c", "exit 7"])
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(7));
}
