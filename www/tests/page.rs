//! The page, end to end: what a person does with it, in Chromium and in Firefox.
//!
//! The page must be built into `www/dist`. The drivers are `chromedriver` and `geckodriver`, or
//! what `CHROMEDRIVER` and `GECKODRIVER` say.
#![cfg(not(target_arch = "wasm32"))]

mod behaviours;
mod demo;
mod support;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use tokio::runtime::Runtime;

use self::support::{end_browsers, Browser};

fn main() -> ExitCode {
    let runtime = Runtime::new().expect("a runtime");
    let mut tests = vec![Trial::test(
        "built::every_file_that_the_page_names_is_there",
        || {
            built::every_file_that_the_page_names_is_there();
            Ok(())
        },
    )];
    tests.extend(in_browser("chrome", Browser::Chrome, &runtime));
    tests.extend(in_browser("firefox", Browser::Firefox, &runtime));
    let conclusion = libtest_mimic::run(&Arguments::from_args(), tests);
    runtime.block_on(end_browsers());
    conclusion.exit_code()
}

/// Makes a test for a browser of each behaviour.
macro_rules! in_each_browser {
    ($($module:ident: $($behaviour:ident),+;)+) => {
        fn in_browser(name: &str, browser: Browser, runtime: &Runtime) -> Vec<Trial> {
            vec![$($({
                let runtime = runtime.handle().clone();
                let path = [name, stringify!($module), stringify!($behaviour)].join("::");
                Trial::test(path, move || {
                    runtime.block_on(behaviours::$module::$behaviour(browser));
                    Ok(())
                })
            },)+)+]
        }
    };
}

in_each_browser! {
    exchange:
        text_comes_back_with_its_round_trip_time,
        a_blob_comes_back_as_a_blob,
        a_blob_comes_back_as_an_array_buffer,
        an_array_buffer_comes_back_as_a_blob,
        an_array_buffer_comes_back_as_an_array_buffer,
        a_drawing_survives_another_size_and_density;

    connection:
        a_connection_is_closed_with_code_and_reason_and_made_again,
        what_cannot_be_sent_in_a_close_is_said_in_words,
        a_server_that_stops_is_going_away,
        a_server_that_dies_leaves_an_abnormal_closure,
        a_bad_address_is_said_in_words,
        an_address_that_the_policy_forbids_is_said_in_words;

    secure:
        by_https_the_sockets_are_wss,
        by_https_another_address_must_be_wss,
        by_https_another_address_must_be_wss_without_a_policy_too;

    recovery:
        everybody_is_dropped_and_the_page_comes_back_by_itself,
        a_server_that_was_away_gets_what_was_sent_meanwhile,
        what_no_connection_took_is_given_back_and_counted,
        the_next_try_counts_down_and_can_be_had_at_once,
        without_a_network_it_waits_for_one,
        another_binary_type_is_set_on_the_open_socket,
        without_the_switch_a_dropped_socket_stays_closed,
        the_switch_goes_by_keyboard,
        after_a_close_by_hand_nothing_is_tried,
        a_server_that_does_not_drop_is_said_in_words;

    access:
        axe_finds_nothing_serious_in_any_view,
        everything_can_be_done_with_the_keyboard,
        nothing_is_wider_than_the_window,
        fingers_find_targets_of_44_pixels,
        text_has_enough_contrast_in_light_and_dark,
        changes_are_announced;

    flipbook:
        frames_are_drawn_and_put_in_order,
        frames_come_back_over_every_transport_and_the_server_agrees,
        the_simulated_network_is_seen_and_the_figures_are_saved,
        a_flipbook_that_cannot_go_on_says_so_and_can_be_played_again,
        a_flipbook_goes_by_keyboard,
        a_flipbook_is_for_everybody;

    room:
        two_windows_draw_on_one_picture,
        what_is_drawn_without_a_connection_arrives_when_it_is_back,
        a_member_that_was_dropped_comes_back_to_the_same_picture,
        who_is_not_let_in_is_told_why,
        a_room_is_left_for_another_one_and_for_another_tab,
        a_room_can_be_used_with_the_keyboard,
        a_room_fits_any_window_and_is_readable;

    traffic:
        every_socket_is_listed_with_its_states,
        a_handshake_is_told_by_the_server_and_its_accept_value_is_checked,
        every_message_is_a_row_and_opens_whole,
        rows_are_filtered_and_the_list_pauses,
        what_was_recorded_is_exported,
        the_list_goes_by_keyboard,
        many_rows_scroll_and_the_oldest_are_dropped,
        the_traffic_view_is_for_everybody;
}

/// Needs no browser, but the page.
mod built {
    /// Browsers without a window don't ask for the icon.
    pub(crate) fn every_file_that_the_page_names_is_there() {
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
                "style/flipbook.css",
                "style/traffic.css",
                "style/room.css",
                "load.js"
            ]
        );
        for name in names {
            assert!(super::support::dist().join(name).is_file(), "{name}");
        }
    }
}
