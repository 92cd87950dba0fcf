//! The arguments of a load as the fields of a form. They are texts, and nothing else.

use serde::Serialize;
use serde::ser::{Error, Impossible, SerializeStruct, Serializer};

/// Writes the arguments of a server function, all of them texts.
pub fn fields<F: Serialize>(input: &F) -> String {
    let mut fields = Fields {
        written: form_urlencoded::Serializer::new(String::new()),
        name: "",
    };
    let done = input.serialize(&mut fields);
    debug_assert!(done.is_ok(), "an argument of a load is not a text");
    fields.written.finish()
}

struct Fields {
    written: form_urlencoded::Serializer<'static, String>,
    /// The argument whose text comes next.
    name: &'static str,
}

/// An argument that is no text.
#[derive(Debug)]
struct NoText;

type Never = Impossible<(), NoText>;
type Done = Result<(), NoText>;

impl SerializeStruct for &mut Fields {
    type Ok = ();
    type Error = NoText;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, text: &T) -> Done {
        self.name = name;
        text.serialize(&mut **self)
    }

    fn end(self) -> Done {
        Ok(())
    }
}

impl Serializer for &mut Fields {
    type Ok = ();
    type Error = NoText;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Self;
    type SerializeStructVariant = Never;

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, NoText> {
        Ok(self)
    }

    fn serialize_str(self, text: &str) -> Done {
        self.written.append_pair(self.name, text);
        Ok(())
    }

    fn serialize_bool(self, _: bool) -> Done {
        Err(NoText)
    }

    fn serialize_i8(self, _: i8) -> Done {
        Err(NoText)
    }

    fn serialize_i16(self, _: i16) -> Done {
        Err(NoText)
    }

    fn serialize_i32(self, _: i32) -> Done {
        Err(NoText)
    }

    fn serialize_i64(self, _: i64) -> Done {
        Err(NoText)
    }

    fn serialize_u8(self, _: u8) -> Done {
        Err(NoText)
    }

    fn serialize_u16(self, _: u16) -> Done {
        Err(NoText)
    }

    fn serialize_u32(self, _: u32) -> Done {
        Err(NoText)
    }

    fn serialize_u64(self, _: u64) -> Done {
        Err(NoText)
    }

    fn serialize_f32(self, _: f32) -> Done {
        Err(NoText)
    }

    fn serialize_f64(self, _: f64) -> Done {
        Err(NoText)
    }

    fn serialize_char(self, _: char) -> Done {
        Err(NoText)
    }

    fn serialize_bytes(self, _: &[u8]) -> Done {
        Err(NoText)
    }

    fn serialize_none(self) -> Done {
        Err(NoText)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Done {
        Err(NoText)
    }

    fn serialize_unit(self) -> Done {
        Err(NoText)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        Err(NoText)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Done {
        Err(NoText)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, _: &T) -> Done {
        Err(NoText)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Done {
        Err(NoText)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Never, NoText> {
        Err(NoText)
    }

    fn serialize_tuple(self, _: usize) -> Result<Never, NoText> {
        Err(NoText)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Never, NoText> {
        Err(NoText)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never, NoText> {
        Err(NoText)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Never, NoText> {
        Err(NoText)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never, NoText> {
        Err(NoText)
    }
}

impl std::fmt::Display for NoText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not a text")
    }
}

impl std::error::Error for NoText {}

impl Error for NoText {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests {
    use super::fields;
    use serde::Serialize;

    #[derive(Serialize)]
    struct Asked {
        user: String,
        words: String,
    }

    #[test]
    fn arguments_are_the_fields_of_a_form() {
        let asked = Asked {
            user: "7".into(),
            words: "a b&ü".into(),
        };
        assert_eq!(fields(&asked), "user=7&words=a+b%26%C3%BC");
    }
}
