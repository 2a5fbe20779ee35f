//! What observers of a pair are told.

use wasm_websocket::Traced;

use super::*;

type Log = Rc<RefCell<Vec<String>>>;

fn observer(log: &Log, name: &'static str) -> impl Fn(&Traced<'_>) + 'static {
    let log = Rc::clone(log);
    move |traced| {
        let told = match traced {
            Traced::Opened { url, protocol, .. } => format!("{url} {protocol:?}"),
            Traced::Sent(message) => format!("sent {message:?}"),
            Traced::Received(message) => format!("received {message:?}"),
            Traced::Closed(event) => event.to_string(),
            other => panic!("{other:?}"),
        };
        log.borrow_mut().push(format!("{name}: {told}"));
    }
}

tests! {
    async fn observers_are_told_all_in_order_and_nothing_is_kept() {
        let log = Log::default();
        let builder = Connection::builder("ws://a").observe(observer(&log, "client"));
        let pair = builder.pair(|server| server.observe(observer(&log, "server")));
        let (client, server, network) = pair.unwrap();
        network.pause(Side::Client);
        client.send("text").await.unwrap();
        network.resume(Side::Client);
        drop(client);
        within(server.closed()).await;
        network.cut();
        drop((server, network));
        assert_eq!(
            *log.borrow(),
            [
                r#"client: ws://a """#,
                r#"server: ws://a """#,
                "client: sent Text(Text(4 bytes))",
                "server: received Text(Text(4 bytes))",
                "server: 1005 no status received, clean",
                "client: 1005 no status received, clean",
            ]
        );
        assert_eq!(Rc::strong_count(&log), 1);
    }

    async fn an_observer_that_sends_keeps_the_order() {
        let sender: Rc<RefCell<Option<Connection>>> = Rc::default();
        let builder = Connection::builder("ws://a");
        let pair = builder.pair(|server| {
            let sender = Rc::clone(&sender);
            server.observe(move |traced| {
                if matches!(traced, Traced::Received(message) if *message == "first") {
                    let sender = sender.borrow();
                    sender.as_ref().unwrap().send("second").now_or_never().unwrap().unwrap();
                }
            })
        });
        let (client, mut server, _) = pair.unwrap();
        sender.replace(Some(client));
        let sending = sender.borrow().as_ref().map(|client| client.send("first").now_or_never());
        assert_eq!(sending, Some(Some(Ok(()))));
        assert_eq!(next(&mut server).await, "first");
        assert_eq!(next(&mut server).await, "second");
        drop(sender.take());
    }
}
