use super::*;
use crate::auth::{Actor, Caller, Via};
use crate::check::asked::{Asked, Told};
use domain::check::Purpose;
use domain::{Agent, Timestamp, UserId};
use std::hash::RandomState;
use std::time::Duration;
use tokio::sync::oneshot::Receiver;
use uuid::Uuid;

struct Hall {
    queue: Queue,
    lines: RandomState,
}

impl Hall {
    fn new() -> Self {
        Self {
            queue: Queue::default(),
            lines: RandomState::new(),
        }
    }

    /// Somebody asks about this user, as the `n`-th.
    fn come(&self, user: u128, n: u64) -> Result<Receiver<Result<Told>>> {
        let caller = Caller {
            actor: Actor::Nobody,
            via: Via::Api,
            address: None,
            client_address: None,
            agent: Agent::default(),
            trace: Uuid::from_u64_pair(0, n),
            now: Timestamp(0),
            request: None,
        };
        let user = UserId(Uuid::from_u128(user));
        let asked = Asked::about(&caller, user, None, Purpose::Verification);
        let (entry, told) = Entry::new(asked, &self.lines);
        self.queue.come(entry).map(|()| told)
    }

    fn batch(&self) -> Vec<Entry> {
        assert!(self.queue.begin());
        self.queue.fill()
    }

    fn end(&self, batch: Vec<Entry>) {
        self.queue.answered(batch.iter().map(|entry| entry.line));
        self.queue.ended(true);
    }
}

fn numbers(batch: &[Entry]) -> Vec<u64> {
    let number = |entry: &Entry| entry.asked.caller.trace.as_u64_pair().1;
    batch.iter().map(number).collect()
}

#[tokio::test]
async fn a_batch_takes_what_is_there_in_the_order_of_coming() {
    let hall = Hall::new();
    assert!(!hall.queue.begin(), "nothing waits");
    for n in 0..100 {
        hall.come(u128::from(n % 90), n).unwrap();
    }
    let first = hall.batch();
    assert_eq!(numbers(&first), (0..64).collect::<Vec<_>>());
    assert!(!hall.queue.begin(), "beside one at work only a full one");
    hall.end(first);
    let second = hall.batch();
    assert_eq!(numbers(&second), (64..100).collect::<Vec<_>>());
    hall.end(second);
    assert!(hall.queue.is_empty() && hall.queue.lines().lines.is_empty());
}

#[tokio::test]
async fn a_second_works_beside_the_first_for_a_full_batch_or_while_that_commits() {
    let hall = Hall::new();
    hall.come(0, 0).unwrap();
    let first = hall.batch();
    for n in 1..=64 {
        assert!(!hall.queue.begin(), "{n}");
        hall.come(n.into(), n).unwrap();
    }
    assert_eq!(hall.batch().len(), 64);
    hall.come(99, 99).unwrap();
    assert!(!hall.queue.begin());
    hall.queue.settles();
    assert!(!hall.queue.begin(), "the second still works");
    hall.queue.settles();
    assert_eq!(hall.batch().len(), 1);
    assert_eq!(first.len(), 1);
}

#[tokio::test]
async fn no_more_batches_are_begun_than_there_are_connections() {
    let hall = Hall::new();
    for n in 0..6 {
        hall.come(n.into(), n).unwrap();
        let begins = hall.queue.begin();
        assert_eq!(begins, n < 4, "{n}");
        if begins {
            assert_eq!(hall.queue.fill().len(), 1);
            hall.queue.settles();
        }
    }
    hall.queue.ended(false);
    assert!(hall.queue.begin());
}

#[tokio::test]
async fn one_user_s_questions_are_in_one_batch_at_a_time_and_keep_their_order() {
    let hall = Hall::new();
    for n in 0..3 {
        hall.come(7, n).unwrap();
    }
    let first = hall.batch();
    assert_eq!(numbers(&first), [0, 1, 2]);
    for (user, n) in [(7, 3), (8, 4), (7, 5), (9, 6)] {
        hall.come(user, n).unwrap();
    }
    hall.queue.settles();
    let second = hall.batch();
    assert_eq!(numbers(&second), [4, 6], "the line is with another batch");
    hall.queue.answered(first.iter().map(|entry| entry.line));
    hall.queue.ended(false);
    hall.end(second);
    assert_eq!(numbers(&hall.batch()), [3, 5]);
}

#[tokio::test]
async fn who_is_tried_again_stands_before_those_who_came_behind() {
    let hall = Hall::new();
    for (user, n) in [(7, 0), (8, 1), (7, 2)] {
        hall.come(user, n).unwrap();
    }
    let mut first = hall.batch();
    for (user, n) in [(7, 3), (9, 4)] {
        hall.come(user, n).unwrap();
    }
    let other = first.remove(1);
    hall.end(vec![other]);
    let second = hall.batch();
    assert_eq!(numbers(&second), [4], "the line waits for its first");
    hall.queue.again(first);
    hall.end(second);
    assert_eq!(numbers(&hall.batch()), [0, 2, 3]);
}

#[tokio::test]
async fn who_is_to_be_alone_is_alone() {
    let hall = Hall::new();
    for n in 0..3 {
        hall.come(n.into(), n).unwrap();
    }
    let mut batch = hall.batch();
    for entry in &mut batch[1..] {
        entry.alone = true;
    }
    hall.come(3, 3).unwrap();
    hall.queue.ended(true);
    hall.queue.again(batch);
    for n in 0..4 {
        let batch = hall.batch();
        assert_eq!(numbers(&batch), [n]);
        hall.end(batch);
    }
}

#[tokio::test]
async fn a_burst_at_one_user_leaves_the_places_of_the_others() {
    let hall = Hall::new();
    let taken = (0..10_000).filter(|n| hall.come(7, *n).is_ok()).count();
    assert_eq!(taken, OF_ONE);
    assert!(hall.come(8, 0).is_ok());
    let others = (0..10_000).filter(|n| hall.come(1_000 + n, 0).is_ok());
    assert_eq!(others.count(), OF_ALL - OF_ONE - 1);
    let batch = hall.batch();
    hall.end(batch);
    assert!(hall.come(7, 0).is_ok(), "places are given back");
}

#[tokio::test]
async fn who_has_waited_too_long_is_told_that_nothing_was_decided() {
    let hall = Hall::new();
    let late = hall.come(7, 0).unwrap();
    hall.queue.lines().waiting[0].came -= Duration::from_secs(10);
    hall.come(7, 1).unwrap();
    assert_eq!(numbers(&hall.batch()), [1]);
    assert!(matches!(late.await.unwrap(), Err(Error::Overloaded(_))));
}

#[tokio::test]
async fn a_closed_queue_takes_nothing_in_and_ends_what_is_there() {
    let hall = Hall::new();
    hall.come(7, 0).unwrap();
    hall.queue.close();
    assert!(hall.come(8, 1).is_err() && !hall.queue.is_empty());
    let batch = hall.batch();
    hall.end(batch);
    assert!(hall.queue.is_empty());
}
