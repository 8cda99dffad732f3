"""The window around the screens: navigation, actions, status and toasts."""
