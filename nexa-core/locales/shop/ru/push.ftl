# The app that the pages are, and its messages on a device.
kept-at = Последнее обновление:
offline-retry = Повторить
install-ios = Чтобы установить на iPhone или iPad, нажмите «Поделиться», затем «На экран „Домой“».
push-denied = Браузер не разрешает сообщения от этого сайта. Это можно изменить в его настройках.
