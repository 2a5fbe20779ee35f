use futures_util::SinkExt;
use tokio_tungstenite::tungstenite::error::{ProtocolError, SubProtocolError};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::client::*;

const OFFER: [(&str, &str); 1] = [("sec-websocket-protocol", "b, a,chat")];

async fn chosen(path: &str) -> String {
    let server = serve_tests().await;
    let (mut socket, response) = try_connect(&server, path, &OFFER).await.unwrap();
    assert_eq!(
        next(&mut socket).await,
        Message::text(r#"["b","a","chat"]"#)
    );
    socket.send(Message::text("echo")).await.unwrap();
    assert_eq!(next(&mut socket).await, Message::text("echo"));
    response.headers()["sec-websocket-protocol"]
        .to_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn the_first_offer_is_taken_and_all_are_told() {
    assert_eq!(chosen("/test/protocol").await, "b");
}

#[tokio::test]
async fn the_one_asked_for_is_taken() {
    assert_eq!(chosen("/test/protocol?choose=chat").await, "chat");
}

#[tokio::test]
async fn one_that_was_not_offered_is_not_taken() {
    let server = serve_tests().await;
    let refused = try_connect(&server, "/test/protocol?choose=other", &OFFER).await;
    assert!(matches!(
        refused,
        Err(Error::Protocol(
            ProtocolError::SecWebSocketSubProtocolError(SubProtocolError::NoSubProtocol)
        ))
    ));
}

#[tokio::test]
async fn no_offer_is_an_empty_list() {
    let server = serve_tests().await;
    let (mut socket, response) = try_connect(&server, "/test/protocol?choose=chat", &[])
        .await
        .unwrap();
    assert_eq!(next(&mut socket).await, Message::text("[]"));
    assert!(!response.headers().contains_key("sec-websocket-protocol"));
}

#[tokio::test]
async fn one_can_be_forced_on_the_client() {
    let server = serve_tests().await;
    assert_eq!(chosen("/test/protocol?force=chat").await, "chat");
    for (offer, violation) in [
        (&OFFER[..], SubProtocolError::InvalidSubProtocol),
        (&[], SubProtocolError::ServerSentSubProtocolNoneRequested),
    ] {
        let refused = try_connect(&server, "/test/protocol?force=other", offer).await;
        assert!(
            matches!(
                &refused,
                Err(Error::Protocol(ProtocolError::SecWebSocketSubProtocolError(error)))
                    if *error == violation
            ),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn one_that_fits_no_header_is_a_bad_request() {
    let server = serve_tests().await;
    assert_eq!(
        refusal(&server, "/test/protocol?force=a%0Ab", &OFFER).await,
        400
    );
}
