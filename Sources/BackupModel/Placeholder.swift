// BackupModel
