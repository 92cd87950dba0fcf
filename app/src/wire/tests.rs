use super::{Unreadable, decode, encode};
use crate::ui::form::{Outcome, Reply};
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Schema, Serialize, Deserialize)]
struct Row {
    name: String,
    count: u16,
    at: Option<i64>,
    open: bool,
    kinds: Vec<Kind>,
    place: (u32, String),
    nothing: (),
    user: domain::UserId,
}

#[derive(Debug, PartialEq, Schema, Serialize, Deserialize)]
enum Kind {
    Plain,
    Of(Name),
    Two(i32, u8),
    With { name: Option<Box<Name>> },
}

#[derive(Debug, PartialEq, Schema, Serialize, Deserialize)]
struct Name(String);

fn row() -> Row {
    Row {
        name: "Šárka; \"4\"\\ </script>\0\n".into(),
        count: u16::MAX,
        at: Some(i64::MIN),
        open: true,
        kinds: vec![
            Kind::Plain,
            Kind::Of(Name(String::new())),
            Kind::Two(-7, 7),
            Kind::With {
                name: Some(Box::new(Name("b".into()))),
            },
        ],
        place: (1, "b".into()),
        nothing: (),
        user: domain::UserId::parse("01890000-0000-7000-8000-0000000000ff").unwrap(),
    }
}

#[test]
fn what_is_written_is_read_again() {
    let text = encode(&row()).unwrap();
    assert_eq!(decode(&text), Ok(row()));
    let all: Vec<Result<Row, String>> = vec![Ok(row()), Err("no".into())];
    assert_eq!(decode(&encode(&all).unwrap()), Ok(all));
}

#[test]
fn every_byte_travels_as_a_letter_and_words_as_they_are() {
    let every: Vec<u8> = (0..=u8::MAX).collect();
    let text = encode(&every).unwrap();
    let stays = |letter| letter >= ' ' && letter != '<';
    assert!(text.chars().all(stays), "{text:?}");
    // Leptos writes it into a page as Rust writes a text
    assert!(!format!("{text:?}").contains("\\u"), "{text:?}");
    assert_eq!(decode(&text), Ok(every));
    assert!(encode(&"Anna Keller").unwrap().ends_with("Anna Keller"));
}

#[test]
fn a_text_that_is_cut_or_longer_is_not_read() {
    let text = encode(&row()).unwrap();
    for end in 0..text.len() {
        if let Some(part) = text.get(..end) {
            assert_eq!(decode::<Row>(part), Err(Unreadable), "{part}");
        }
    }
    assert_eq!(decode::<Row>(&format!("{text}0")), Err(Unreadable));
}

/// What another version would have written.
mod other {
    use postcard_schema::Schema;
    use serde::Serialize;

    #[derive(Schema, Serialize)]
    pub struct Renamed {
        pub first: String,
        pub third: u16,
    }

    #[derive(Schema, Serialize)]
    pub struct Wider {
        pub first: String,
        pub second: i64,
    }

    #[derive(Schema, Serialize)]
    pub struct Swapped {
        pub second: u16,
        pub first: String,
    }

    #[derive(Schema, Serialize)]
    pub struct Longer {
        pub first: String,
        pub second: u16,
        pub third: u16,
    }

    #[derive(Schema, Serialize)]
    pub enum Kind {
        Between,
    }
}

#[derive(Debug, PartialEq, Schema, Serialize, Deserialize)]
struct Pair {
    first: String,
    second: u16,
}

#[derive(Debug, PartialEq, Schema, Serialize, Deserialize)]
enum Alone {
    Plain,
}

#[test]
fn an_answer_of_another_version_is_found_out() {
    let first = || "a".to_owned();
    let (second, third) = (1, 1);
    let same = Pair {
        first: first(),
        second,
    };
    assert_eq!(decode(&encode(&same).unwrap()), Ok(same));
    let renamed = encode(&other::Renamed {
        first: first(),
        third,
    });
    let swapped = encode(&other::Swapped {
        second,
        first: first(),
    });
    let longer = encode(&other::Longer {
        first: first(),
        second,
        third,
    });
    let wider = encode(&other::Wider {
        first: first(),
        second: second.into(),
    });
    for text in [renamed, swapped, longer, wider] {
        assert_eq!(decode::<Pair>(&text.unwrap()), Err(Unreadable));
    }
    let between = encode(&other::Kind::Between).unwrap();
    assert_eq!(decode::<Alone>(&between), Err(Unreadable));
}

#[test]
fn an_answer_says_where_it_leads_whatever_it_might_have_shown() {
    let done: Reply<Row> = Reply::Done {
        to: "/users".into(),
        notice: None,
    };
    let leads = Outcome::of(&encode(&done).unwrap());
    assert_eq!(leads, Some(("/users".to_owned(), None)));
    let shown = encode(&Reply::Show(row())).unwrap();
    assert_eq!(Outcome::of(&shown), None);
    assert_eq!(Outcome::of(""), None);
}

#[test]
fn a_list_of_unknown_length_is_not_written() {
    struct Endless;
    impl Serialize for Endless {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            use serde::ser::SerializeSeq;
            serializer.serialize_seq(None)?.end()
        }
    }
    impl Schema for Endless {
        const SCHEMA: &'static postcard_schema::schema::NamedType = <()>::SCHEMA;
    }
    assert_eq!(encode(&Endless), Err(Unreadable));
}
