# screen: curses screens over register/
