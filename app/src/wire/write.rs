//! Writing, which only the server does.

use std::fmt::Display;
use std::fmt::Write as _;

use serde::Serialize;
use serde::ser::{
    Error, Impossible, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleVariant, Serializer,
};

use super::{Names, Unreadable};

type Written = Result<(), Unreadable>;

/// Writes a value.
///
/// # Errors
/// [`Unreadable`] for what no answer holds: maps, floats.
pub fn encode<T: Serialize>(value: &T) -> Result<String, Unreadable> {
    let mut writer = Writer {
        text: String::new(),
        names: Names::NONE,
    };
    value.serialize(&mut writer)?;
    let names = writer.names.0;
    writer.number(names)?;
    Ok(writer.text)
}

struct Writer {
    text: String,
    names: Names,
}

impl Writer {
    fn number(&mut self, number: impl Display) -> Written {
        write!(self.text, "{number};").map_err(|_| Unreadable)
    }

    fn named<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Written {
        self.names.add(name);
        value.serialize(self)
    }

    fn choice(&mut self, index: u32, name: &str) -> Written {
        self.names.add(name);
        self.number(index)
    }
}

impl Serializer for &mut Writer {
    type Ok = ();
    type Error = Unreadable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Impossible<(), Unreadable>;
    type SerializeTupleVariant = Self;
    type SerializeMap = Impossible<(), Unreadable>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn serialize_bool(self, value: bool) -> Written {
        self.text.push(if value { 'y' } else { 'n' });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Written {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Written {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Written {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Written {
        self.number(value)
    }

    fn serialize_u8(self, value: u8) -> Written {
        self.serialize_i64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Written {
        self.serialize_i64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Written {
        self.serialize_i64(value.into())
    }

    /// Read as an `i64`, so no larger than that.
    fn serialize_u64(self, value: u64) -> Written {
        self.serialize_i64(value.try_into().map_err(|_| Unreadable)?)
    }

    fn serialize_f32(self, _: f32) -> Written {
        Err(Unreadable)
    }

    fn serialize_f64(self, _: f64) -> Written {
        Err(Unreadable)
    }

    fn serialize_char(self, _: char) -> Written {
        Err(Unreadable)
    }

    fn serialize_str(self, value: &str) -> Written {
        write!(self.text, "{}:{value}", value.len()).map_err(|_| Unreadable)
    }

    fn serialize_bytes(self, value: &[u8]) -> Written {
        let digits: String = value.iter().map(|byte| format!("{byte:02x}")).collect();
        self.serialize_str(&digits)
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_none(self) -> Written {
        self.text.push('-');
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        self.text.push('+');
        value.serialize(self)
    }

    fn serialize_unit(self) -> Written {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Written {
        Err(Unreadable)
    }

    fn serialize_unit_variant(self, _: &'static str, index: u32, name: &'static str) -> Written {
        self.choice(index, name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Written {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        name: &'static str,
        value: &T,
    ) -> Written {
        self.choice(index, name)?;
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self, Unreadable> {
        self.number(length.ok_or(Unreadable)?)?;
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Unreadable> {
        Ok(self)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Unreadable> {
        Err(Unreadable)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Self, Unreadable> {
        self.choice(index, name)?;
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Unreadable> {
        Err(Unreadable)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Unreadable> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Self, Unreadable> {
        self.choice(index, name)?;
        Ok(self)
    }
}

impl SerializeSeq for &mut Writer {
    type Ok = ();
    type Error = Unreadable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        value.serialize(&mut **self)
    }

    fn end(self) -> Written {
        Ok(())
    }
}

impl SerializeTuple for &mut Writer {
    type Ok = ();
    type Error = Unreadable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        value.serialize(&mut **self)
    }

    fn end(self) -> Written {
        Ok(())
    }
}

impl SerializeTupleVariant for &mut Writer {
    type Ok = ();
    type Error = Unreadable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        value.serialize(&mut **self)
    }

    fn end(self) -> Written {
        Ok(())
    }
}

impl SerializeStruct for &mut Writer {
    type Ok = ();
    type Error = Unreadable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Written {
        self.named(name, value)
    }

    /// A field left out could not be told from the next.
    fn skip_field(&mut self, _: &'static str) -> Written {
        Err(Unreadable)
    }

    fn end(self) -> Written {
        Ok(())
    }
}

impl SerializeStructVariant for &mut Writer {
    type Ok = ();
    type Error = Unreadable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Written {
        self.named(name, value)
    }

    fn end(self) -> Written {
        Ok(())
    }
}

impl Error for Unreadable {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}
