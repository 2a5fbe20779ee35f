//! The page, end to end: what a person does with it, in Chromium and in Firefox.
//!
//! The page must be built into `www/dist`. The drivers are `chromedriver` and `geckodriver`, or
//! what `CHROMEDRIVER` and `GECKODRIVER` say.
#![cfg(not(target_arch = "wasm32"))]

mod behaviours;
mod demo;
mod support;

use self::{
    behaviours::{access::*, connection::*, exchange::*, recovery::*, traffic::*},
    support::Browser,
};

/// Makes a test for each browser of each behaviour.
macro_rules! in_each_browser {
    ($($behaviour:ident,)+) => {
        mod chrome {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $behaviour() {
                super::$behaviour(super::Browser::Chrome).await;
            })+
        }

        mod firefox {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $behaviour() {
                super::$behaviour(super::Browser::Firefox).await;
            })+
        }
    };
}

in_each_browser! {
    text_comes_back_with_its_round_trip_time,
    a_blob_comes_back_as_a_blob,
    a_blob_comes_back_as_an_array_buffer,
    an_array_buffer_comes_back_as_a_blob,
    an_array_buffer_comes_back_as_an_array_buffer,
    a_drawing_survives_another_size_and_density,
    a_connection_is_closed_with_code_and_reason_and_made_again,
    what_cannot_be_sent_in_a_close_is_said_in_words,
    a_server_that_stops_is_going_away,
    a_server_that_dies_leaves_an_abnormal_closure,
    a_bad_address_is_said_in_words,
    an_address_that_the_policy_forbids_is_said_in_words,
    everybody_is_dropped_and_the_page_comes_back_by_itself,
    a_server_that_was_away_gets_what_was_sent_meanwhile,
    what_no_connection_took_is_given_back_and_counted,
    the_next_try_counts_down_and_can_be_had_at_once,
    without_a_network_it_waits_for_one,
    another_binary_type_takes_another_connection,
    without_the_switch_a_dropped_socket_stays_closed,
    the_switch_goes_by_keyboard,
    after_a_close_by_hand_nothing_is_tried,
    a_server_that_does_not_drop_is_said_in_words,
    everything_can_be_done_with_the_keyboard,
    nothing_is_wider_than_the_window,
    fingers_find_targets_of_44_pixels,
    text_has_enough_contrast_in_light_and_dark,
    changes_are_announced,
    every_socket_is_listed_with_its_states,
    a_handshake_is_told_by_the_server_and_its_accept_value_is_checked,
    every_message_is_a_row_and_opens_whole,
    rows_are_filtered_and_the_list_pauses,
    what_was_recorded_is_exported,
    the_list_goes_by_keyboard,
    many_rows_scroll_and_the_oldest_are_dropped,
    the_traffic_view_is_for_everybody,
}

/// Needs no browser, but the page.
mod built {
    /// Browsers without a window don't ask for the icon.
    #[test]
    fn every_file_that_the_page_names_is_there() {
        let page = include_str!("../index.html");
        let names: Vec<&str> = ["href=\"", "src=\""]
            .iter()
            .flat_map(|attribute| page.split(attribute).skip(1))
            .filter_map(|rest| rest.split('"').next())
            .filter(|name| !name.starts_with('#'))
            .collect();
        assert_eq!(
            names,
            [
                "favicon.svg",
                "style/base.css",
                "style/controls.css",
                "style/picture.css",
                "style/connection.css",
                "style/traffic.css",
                "load.js"
            ]
        );
        for name in names {
            assert!(super::support::dist().join(name).is_file(), "{name}");
        }
    }
}
