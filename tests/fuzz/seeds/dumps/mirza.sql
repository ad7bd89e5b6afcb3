-- MySQL dump 10.13
CREATE TABLE `user` (
  `id` varchar(500) NOT NULL,
  `Balance` int(255) NOT NULL,
  PRIMARY KEY (`id`)
);
INSERT INTO `user` VALUES ('279058397',50000),('5000000001',0);
CREATE TABLE `invoice` (`id_user` varchar(500), `uuid` text, `Status` varchar(20), `note` text);
/*!40000 ALTER TABLE `invoice` DISABLE KEYS */;
INSERT INTO `invoice` (`id_user`,`uuid`,`Status`,`note`) VALUES ('279058397','a59e4807-8100-45d7-83b6-f2248e3475f8','active','it''s \'quoted\' \\'),(NULL,NULL,'end',NOW());
