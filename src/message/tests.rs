//! Tests of [`Message`], natively.

use std::{
    borrow::Cow,
    hash::{BuildHasher, RandomState},
    rc::Rc,
    sync::Arc,
};

use super::*;

#[test]
fn text_is_equal_to_its_characters_and_to_no_bytes() {
    let text = Message::from("grüezi");
    assert!(text.is_text() && !text.is_binary());
    assert_eq!(text, "grüezi");
    assert_ne!(text, "gruezi");
    assert_ne!(text, *"grüezi".as_bytes());
    assert!(text.as_bytes().is_none() && text.as_blob().is_none());
}

#[test]
fn all_text_of_rust_becomes_text() {
    const TEXT: &str = "grüezi";
    for (text, message) in [
        (Text::from(TEXT), Message::from(TEXT)),
        (TEXT.to_owned().into(), TEXT.to_owned().into()),
        ((&TEXT.to_owned()).into(), (&TEXT.to_owned()).into()),
        (Box::<str>::from(TEXT).into(), Box::<str>::from(TEXT).into()),
        (Cow::Borrowed(TEXT).into(), Cow::Borrowed(TEXT).into()),
        (Rc::<str>::from(TEXT).into(), Rc::<str>::from(TEXT).into()),
        (Arc::<str>::from(TEXT).into(), Arc::<str>::from(TEXT).into()),
    ] {
        assert_eq!(text, TEXT);
        assert_eq!(message, TEXT);
    }
}

#[test]
fn all_bytes_of_rust_become_binary() {
    const BYTES: &[u8] = &[1, 2, 3];
    for (bytes, message) in [
        (Bytes::from(BYTES), Message::from(BYTES)),
        (BYTES.to_vec().into(), BYTES.to_vec().into()),
        ((&BYTES.to_vec()).into(), (&BYTES.to_vec()).into()),
        ([1, 2, 3].into(), [1, 2, 3].into()),
        ((&[1, 2, 3]).into(), (&[1, 2, 3]).into()),
        (
            Box::<[u8]>::from(BYTES).into(),
            Box::<[u8]>::from(BYTES).into(),
        ),
        (Cow::Borrowed(BYTES).into(), Cow::Borrowed(BYTES).into()),
        (
            Rc::<[u8]>::from(BYTES).into(),
            Rc::<[u8]>::from(BYTES).into(),
        ),
        (
            Arc::<[u8]>::from(BYTES).into(),
            Arc::<[u8]>::from(BYTES).into(),
        ),
    ] {
        assert_eq!(bytes, BYTES);
        assert!(message.is_binary() && !message.is_text());
        assert_eq!(message, BYTES);
        assert_ne!(message, "\u{1}\u{2}\u{3}");
        assert!(message.as_text().is_none() && message.as_blob().is_none());
    }
}

#[test]
fn what_is_owned_goes_through_without_a_copy() {
    let text: Box<str> = "grüezi".into();
    let address = text.as_ptr();
    let text = String::try_from(Message::from(text)).unwrap();
    assert_eq!(text.as_ptr(), address);
    let text = String::try_from(Message::from(Cow::<str>::Owned(text))).unwrap();
    assert_eq!(text.as_ptr(), address);

    let bytes: Box<[u8]> = [1, 2, 3].into();
    let address = bytes.as_ptr();
    let bytes = Message::from(bytes).try_into_vec().unwrap();
    assert_eq!(bytes.as_ptr(), address);
    let bytes = Vec::try_from(Message::from(Cow::<[u8]>::Owned(bytes))).unwrap();
    assert_eq!(bytes.as_ptr(), address);
}

#[cfg(feature = "bytes")]
#[test]
fn bytes_of_the_crate_bytes_go_both_ways_without_a_copy() {
    let bytes = ::bytes::Bytes::from(vec![1, 2, 3]);
    let address = bytes.as_ptr();
    let bytes: ::bytes::Bytes = Bytes::from(bytes).into();
    assert_eq!(bytes.as_ptr(), address);
    let message = Message::from(::bytes::BytesMut::from(bytes));
    assert_eq!(message, [1, 2, 3]);
    let bytes = ::bytes::Bytes::try_from(message).unwrap();
    assert_eq!(bytes.as_ptr(), address);
    assert_eq!(Bytes::from(::bytes::Bytes::from_static(&[1])), [1]);
}

#[test]
fn messages_are_equal_if_kind_and_content_are() {
    let hasher = RandomState::new();
    let (text, bytes) = (Message::from("a"), Message::from([97]));
    for (message, same) in [(&text, Message::from("a")), (&bytes, [97].into())] {
        assert_eq!(*message, same);
        assert_eq!(hasher.hash_one(message), hasher.hash_one(&same));
    }
    assert_ne!(text, bytes);
    assert_ne!(text, Message::from("b"));
    assert_ne!(bytes, Message::from([98]));
    assert_eq!("a", text);
    assert_eq!(*"a", text);
    assert_eq!(text, "a".to_owned());
    assert_eq!(vec![97], bytes);
    assert_eq!([97], bytes);
    assert_eq!(bytes, &[97]);
}

#[test]
fn only_text_becomes_text_and_both_become_bytes() {
    assert_eq!(Message::from("ä").into_text().unwrap(), "ä");
    assert_eq!(Message::from([1]).into_text().unwrap_err(), [1]);
    let bytes = Message::from("ä").try_into_vec().unwrap();
    assert_eq!(bytes, "ä".as_bytes());
    assert_eq!(Message::from([1]).try_into_vec().unwrap(), [1]);
}

#[test]
fn text_is_shown_and_bytes_are_counted() {
    assert_eq!(format!("{:>3}", Message::from("ä")), "  ä");
    assert_eq!(Message::from([1, 2]).to_string(), "2 bytes");
}

#[test]
fn debug_says_kind_and_length_but_not_the_content() {
    assert_eq!(
        format!("{:?}", Message::from("secret")),
        "Text(Text(6 bytes))"
    );
    assert_eq!(
        format!("{:?}", Message::from(vec![0; 1 << 20])),
        "Binary(Bytes(1048576 bytes))"
    );
}
