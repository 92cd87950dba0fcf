//! Icons: a closed set, drawn from the sprite in `style/public/icons.svg`.

use leptos::prelude::*;

use super::badge::Tone;

/// Every icon of the sprite, under its name there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the drawings")]
pub enum Icon {
    ArrowDown,
    AtSign,
    Building2,
    CalendarX2,
    Check,
    ChevronDown,
    ChevronLeft,
    ChevronRight,
    ChevronsUpDown,
    CircleAlert,
    CircleCheck,
    CircleCheckBig,
    CirclePause,
    CirclePlay,
    CircleQuestionMark,
    CircleUserRound,
    CircleX,
    CreditCard,
    Clock,
    ClockAlert,
    Copy,
    Ellipsis,
    Eye,
    Hourglass,
    Info,
    KeyRound,
    Layers,
    LifeBuoy,
    ListOrdered,
    Lock,
    LockOpen,
    LogOut,
    Mail,
    Maximize2,
    Menu,
    MessageSquare,
    MessagesSquare,
    Pencil,
    Phone,
    Plus,
    RectangleEllipsis,
    Replace,
    RotateCcw,
    RotateCcwKey,
    RotateCw,
    Search,
    Shapes,
    Smartphone,
    Trash2,
    TriangleAlert,
    Users,
    X,
}

impl Icon {
    fn href(self) -> &'static str {
        match self {
            Self::ArrowDown => "/icons.svg#arrow-down",
            Self::AtSign => "/icons.svg#at-sign",
            Self::Building2 => "/icons.svg#building-2",
            Self::CalendarX2 => "/icons.svg#calendar-x-2",
            Self::Check => "/icons.svg#check",
            Self::ChevronDown => "/icons.svg#chevron-down",
            Self::ChevronLeft => "/icons.svg#chevron-left",
            Self::ChevronRight => "/icons.svg#chevron-right",
            Self::ChevronsUpDown => "/icons.svg#chevrons-up-down",
            Self::CircleAlert => "/icons.svg#circle-alert",
            Self::CircleCheck => "/icons.svg#circle-check",
            Self::CircleCheckBig => "/icons.svg#circle-check-big",
            Self::CirclePause => "/icons.svg#circle-pause",
            Self::CirclePlay => "/icons.svg#circle-play",
            Self::CircleQuestionMark => "/icons.svg#circle-question-mark",
            Self::CircleUserRound => "/icons.svg#circle-user-round",
            Self::CircleX => "/icons.svg#circle-x",
            Self::CreditCard => "/icons.svg#credit-card",
            Self::Clock => "/icons.svg#clock",
            Self::ClockAlert => "/icons.svg#clock-alert",
            Self::Copy => "/icons.svg#copy",
            Self::Ellipsis => "/icons.svg#ellipsis",
            Self::Eye => "/icons.svg#eye",
            Self::Hourglass => "/icons.svg#hourglass",
            Self::Info => "/icons.svg#info",
            Self::KeyRound => "/icons.svg#key-round",
            Self::Layers => "/icons.svg#layers",
            Self::LifeBuoy => "/icons.svg#life-buoy",
            Self::ListOrdered => "/icons.svg#list-ordered",
            Self::Lock => "/icons.svg#lock",
            Self::LockOpen => "/icons.svg#lock-open",
            Self::LogOut => "/icons.svg#log-out",
            Self::Mail => "/icons.svg#mail",
            Self::Maximize2 => "/icons.svg#maximize-2",
            Self::Menu => "/icons.svg#menu",
            Self::MessageSquare => "/icons.svg#message-square",
            Self::MessagesSquare => "/icons.svg#messages-square",
            Self::Pencil => "/icons.svg#pencil",
            Self::Phone => "/icons.svg#phone",
            Self::Plus => "/icons.svg#plus",
            Self::RectangleEllipsis => "/icons.svg#rectangle-ellipsis",
            Self::Replace => "/icons.svg#replace",
            Self::RotateCcw => "/icons.svg#rotate-ccw",
            Self::RotateCcwKey => "/icons.svg#rotate-ccw-key",
            Self::RotateCw => "/icons.svg#rotate-cw",
            Self::Search => "/icons.svg#search",
            Self::Shapes => "/icons.svg#shapes",
            Self::Smartphone => "/icons.svg#smartphone",
            Self::Trash2 => "/icons.svg#trash-2",
            Self::TriangleAlert => "/icons.svg#triangle-alert",
            Self::Users => "/icons.svg#users",
            Self::X => "/icons.svg#x",
        }
    }
}

/// Changes with what is drawn (`build.rs`).
pub const DRAWINGS: &str = env!("DRAWINGS");

/// The address of a drawing, with the number of all of them as they are now: so browsers keep them for good.
pub(super) fn kept(href: &str) -> String {
    href.replace('#', concat!("?", env!("DRAWINGS"), "#"))
}

/// Draws an icon. It is hidden from screen readers: the word beside it carries the meaning.
#[component]
pub fn Icon(
    /// Which one.
    icon: Icon,
    /// Its colour, where it is not that of the text around it.
    #[prop(optional)]
    tone: Tone,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" data-tone=tone.name()>
            <use_ href=kept(icon.href())></use_>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[Icon] = &[
        Icon::ArrowDown,
        Icon::AtSign,
        Icon::Building2,
        Icon::CalendarX2,
        Icon::Check,
        Icon::ChevronDown,
        Icon::ChevronLeft,
        Icon::ChevronRight,
        Icon::ChevronsUpDown,
        Icon::CircleAlert,
        Icon::CircleCheck,
        Icon::CircleCheckBig,
        Icon::CirclePause,
        Icon::CirclePlay,
        Icon::CircleQuestionMark,
        Icon::CircleUserRound,
        Icon::CircleX,
        Icon::CreditCard,
        Icon::Clock,
        Icon::ClockAlert,
        Icon::Copy,
        Icon::Ellipsis,
        Icon::Eye,
        Icon::Hourglass,
        Icon::Info,
        Icon::KeyRound,
        Icon::Layers,
        Icon::LifeBuoy,
        Icon::ListOrdered,
        Icon::Lock,
        Icon::LockOpen,
        Icon::LogOut,
        Icon::Mail,
        Icon::Maximize2,
        Icon::Menu,
        Icon::MessageSquare,
        Icon::MessagesSquare,
        Icon::Pencil,
        Icon::Phone,
        Icon::Plus,
        Icon::RectangleEllipsis,
        Icon::Replace,
        Icon::RotateCcw,
        Icon::RotateCcwKey,
        Icon::RotateCw,
        Icon::Search,
        Icon::Shapes,
        Icon::Smartphone,
        Icon::Trash2,
        Icon::TriangleAlert,
        Icon::Users,
        Icon::X,
    ];

    #[test]
    fn the_sprite_holds_exactly_these_icons() {
        let sprite = include_str!("../../../style/public/icons.svg");
        for icon in ALL {
            let id = icon.href().trim_start_matches("/icons.svg#");
            assert!(
                sprite.contains(&format!(r#"<symbol id="{id}""#)),
                "{id} is not drawn"
            );
        }
        assert_eq!(sprite.matches("<symbol ").count(), ALL.len());
    }
}
